import { useEffect } from "react";
import { MenuButton } from "../menu/MenuButton.tsx";
import type { Game } from "../state/game.ts";
import { useStore } from "../state/store.ts";
import type { CommandPorts } from "./actions.ts";

/** Players listed; a world of thousands is no list to read. */
const LISTED = 100;

/** Who is in the world now, friends first. */
export function WhoPanel({ game, ports }: { game: Game; ports: CommandPorts }) {
  const { who } = game;
  const list = useStore(who.list);
  const friends = useStore(who.friends);
  const { status } = useStore(game.connection);
  // After a restart it is asked for anew: the list may have been read while nobody was back yet.
  const connected = status === "online" || status === "transferring";
  useEffect(() => (connected ? who.watch() : undefined), [who, connected]);
  if (list === undefined) return <p className="empty">{"\u2026"}</p>;
  const isFriend = (name: string): boolean => friends.some((friend) => friend.toLowerCase() === name.toLowerCase());
  const players = list.players.filter(({ name }) => name !== game.username);
  const here = players.filter(({ name }) => isFriend(name));
  const others = players.filter(({ name }) => !isFriend(name)).slice(0, LISTED);
  const away = friends.filter((friend) => !players.some(({ name }) => name.toLowerCase() === friend.toLowerCase()));
  const person = ({ name, guest }: { name: string; guest: boolean }) => (
    <Person key={name} name={name} detail={guest ? "guest" : ""} friend={isFriend(name)} game={game} ports={ports} />
  );
  return (
    <>
      <p className="hint">{list.count === 1 ? "You are the only one in the world." : `${list.count.toLocaleString("en")} in the world.`}</p>
      {here.length > 0 && <><h3>Friends</h3><ul className="things">{here.map(person)}</ul></>}
      {others.length > 0 && <><h3>Others</h3><ul className="things">{others.map(person)}</ul></>}
      {away.length > 0 && (
        <>
          <h3>Friends who are away</h3>
          <ul className="things">{away.map((name) => <Person key={name} name={name} detail="away" friend game={game} ports={ports} />)}</ul>
        </>
      )}
    </>
  );
}

function Person({ name, detail, friend, game, ports }: { name: string; detail: string; friend: boolean; game: Game; ports: CommandPorts }) {
  return (
    <li className="thing">
      <button type="button" className="thing-name" onClick={() => ports.begin(`tell ${name} `)}>{name}</button>
      {detail !== "" && <span className="thing-detail">{detail}</span>}
      <MenuButton
        label={`More for ${name}`}
        actions={() => [
          { label: "Tell", hint: `tell ${name} \u2026`, onAct: () => ports.begin(`tell ${name} `) },
          { label: friend ? "No longer a friend" : "Make a friend", onAct: () => game.who.toggleFriend(name) },
        ]}
      />
    </li>
  );
}
