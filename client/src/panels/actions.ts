/** What can be done with people, things and ways: the entries of their menus. */
import type { CarriedView, CharacterView, ExitView, ItemView, NpcView, RoomView, SelfView } from "../../sdk/index.ts";
import type { MenuAction } from "../menu/ActionMenu.tsx";

/** How the page gives commands. */
export interface CommandPorts {
  /** Carries a command out. */
  run: (command: string) => void;
  /** Puts the beginning of one into the command line, to be gone on with. */
  begin: (text: string) => void;
}

const act = ({ run }: CommandPorts, label: string, command: string): MenuAction => ({ label, hint: command, onAct: () => run(command) });
const write = ({ begin }: CommandPorts, label: string, text: string): MenuAction => ({ label, hint: `${text}\u2026`, onAct: () => begin(text) });

/** For words in the log, of which only the kind and one command are known. */
export function actionsOnWords({ kind, text, command }: { kind: string; text: string; command: string }, ports: CommandPorts): MenuAction[] {
  const target = command.replace(/^(look at|look in|look|examine) /, "");
  const first = act(ports, command.replace(/^./, (letter) => letter.toUpperCase()), command);
  switch (kind) {
    case "character": return [first, ...personActions(text, ports)];
    case "npc": return [first, ...npcVerbs(target, ports)];
    case "item": return [first, act(ports, "Get", `get ${target}`), act(ports, "Use", `use ${target}`), act(ports, "Read", `read ${target}`), act(ports, "Drop", `drop ${target}`)];
    case "exit": return [first, act(ports, "Look there", `look ${command}`)];
    case "channel": return [first, write(ports, "Say something there", `channel ${text} `)];
    default: return [first];
  }
}

const personActions = (name: string, ports: CommandPorts): MenuAction[] => [
  write(ports, "Tell", `tell ${name} `), write(ports, "Whisper", `whisper ${name} `), act(ports, "Trade", `trade ${name}`), act(ports, "Follow", `follow ${name}`),
];

const npcVerbs = (word: string, ports: CommandPorts): MenuAction[] => [
  write(ports, "Ask about", `ask ${word} about `), act(ports, "What is for sale", "list"),
];

export function characterActions({ name }: CharacterView, ports: CommandPorts): MenuAction[] {
  return [act(ports, "Look", `look ${name}`), ...personActions(name, ports)];
}

export function npcActions(_npc: NpcView, word: string, ports: CommandPorts): MenuAction[] {
  return [act(ports, "Look", `look ${word}`), ...npcVerbs(word, ports)];
}

export function itemActions(_item: ItemView, word: string, ports: CommandPorts): MenuAction[] {
  return [
    act(ports, "Look", `look ${word}`), act(ports, "Get", `get ${word}`), act(ports, "Use", `use ${word}`), act(ports, "Read", `read ${word}`),
    act(ports, "Look inside", `look in ${word}`), act(ports, "Open", `open ${word}`), act(ports, "Close", `close ${word}`),
  ];
}

export function exitActions({ name, door, door_name }: ExitView, ports: CommandPorts): MenuAction[] {
  const doorWord = door_name.replace(/^(an?|the) /, "");
  return [
    act(ports, "Go there", name), act(ports, "Look there", `look ${name}`),
    ...(door === "closed" ? [act(ports, "Open", `open ${doorWord}`)] : []),
    ...(door === "open" ? [act(ports, "Close", `close ${doorWord}`)] : []),
    ...(door === "locked" ? [act(ports, "Unlock", `unlock ${doorWord}`)] : []),
  ];
}

/** For a thing one has. `words` name each thing in commands. */
export function carriedActions(item: CarriedView, { self, room, words }: { self: SelfView; room: RoomView | null; words: ReadonlyMap<string, string> }, ports: CommandPorts): MenuAction[] {
  const word = words.get(item.id) ?? item.name;
  if (item.slot !== "") return [act(ports, "Look", `look ${word}`), act(ports, "Take off", `remove ${word}`)];
  const holder = item.in === "" ? undefined : self.items.find(({ id }) => id === item.in);
  if (holder !== undefined) {
    const from = words.get(holder.id) ?? holder.name;
    return [act(ports, "Take out", `get ${word} from ${from}`), act(ports, "Look", `look ${word}`)];
  }
  const people = [...(room?.characters ?? []).filter(({ id }) => id !== self.id).map(({ name }) => ({ name, word: name })), ...(room?.npcs ?? []).map(({ name, word: own }) => ({ name, word: own === "" ? name : own }))];
  const inside = self.items.filter((other) => self.items.some((it) => it.in === other.id) && other.id !== item.id);
  return [
    act(ports, "Look", `look ${word}`), act(ports, "Wear", `wear ${word}`), act(ports, "Wield", `wield ${word}`), act(ports, "Use", `use ${word}`),
    act(ports, "Read", `read ${word}`), act(ports, "Eat", `eat ${word}`), act(ports, "Drop", `drop ${word}`),
    ...people.map((person) => act(ports, `Give to ${person.name}`, `give ${word} to ${person.word}`)),
    ...inside.map((other) => act(ports, `Put into ${other.name}`, `put ${word} in ${words.get(other.id) ?? other.name}`)),
  ];
}
