import { useId, useState } from "react";
import type { ReactNode } from "react";
import type { Game } from "../state/game.ts";
import type { DeedAnswer, Staff } from "../state/staff.ts";
import { isAtLeast } from "../state/staff.ts";
import { useStore } from "../state/store.ts";
import { skyOf } from "../state/words.ts";

const WEATHERS = ["clear", "cloudy", "fog", "rain", "storm", "snow", "wind"] as const;
const SECONDS_PER_HOUR = 3_600;

/** For those who look after the world: what they need most, while they play. The rest is on the page /admin. */
export function OperatorPanel({ game, staff }: { game: Game; staff: Staff }) {
  const role = useStore(staff.role);
  const [said, setSaid] = useState<DeedAnswer | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const carryOut = async (deed: Promise<DeedAnswer>): Promise<void> => {
    setBusy(true);
    setSaid(await deed);
    setBusy(false);
  };
  const ports = { staff, busy, onDeed: (deed: Promise<DeedAnswer>) => void carryOut(deed) };
  return (
    <>
      <People game={game} {...ports} />
      <Announce {...ports} />
      {isAtLeast(role, "operator") && <World {...ports} />}
      <p role="status" className={said?.done === false ? "failure" : "hint"}>{said?.text}</p>
      <p className="hint"><a href="/admin">All of the administration</a></p>
    </>
  );
}

interface DeedPorts {
  staff: Staff;
  busy: boolean;
  onDeed: (deed: Promise<DeedAnswer>) => void;
}

/** To somebody: out, silent, elsewhere. Each needs a reason, which is recorded. */
function People({ game, staff, busy, onDeed }: DeedPorts & { game: Game }) {
  const { room, self } = useStore(game.view);
  const list = useStore(game.who.list);
  const [name, setName] = useState("");
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState("");
  const [to, setTo] = useState("");
  const names = useId();
  const ready = !busy && name.trim() !== "" && reason.trim() !== "";
  const because = { reason: reason.trim() };
  const deed = (action: string, body: object = {}): void => onDeed(staff.toPerson(name.trim(), action, { ...because, ...body }));
  return (
    <form className="deeds" aria-label="People" onSubmit={(event) => event.preventDefault()}>
      <h3>People</h3>
      <Field label="Who">
        {(id) => <input id={id} type="text" list={names} value={name} autoComplete="off" onChange={(event) => setName(event.target.value)} />}
      </Field>
      <datalist id={names}>
        {[...new Set([...(room?.characters ?? []).map((character) => character.name), ...(list?.players ?? []).map((player) => player.name)])]
          .filter((known) => known !== self?.name).map((known) => <option key={known} value={known} />)}
      </datalist>
      <Field label="Why">{(id) => <input id={id} type="text" value={reason} autoComplete="off" onChange={(event) => setReason(event.target.value)} />}</Field>
      <Field label="Minutes of silence">{(id) => <input id={id} type="text" inputMode="numeric" placeholder="until it is lifted" value={minutes} onChange={(event) => setMinutes(event.target.value)} />}</Field>
      <Field label="Where to">{(id) => <input id={id} type="text" placeholder="a room's id; empty: to me" value={to} autoCapitalize="off" onChange={(event) => setTo(event.target.value)} />}</Field>
      <div className="setting-buttons">
        <button type="button" disabled={!ready} onClick={() => deed("kick")}>Kick</button>
        <button type="button" disabled={!ready} onClick={() => deed("mute", Number(minutes) > 0 ? { minutes: Number(minutes) } : {})}>Mute</button>
        <button type="button" disabled={!ready} onClick={() => deed("unmute")}>Unmute</button>
        <button type="button" disabled={!ready || room === null} onClick={() => deed("teleport", { room: to.trim() === "" ? room?.id : to.trim() })}>Teleport</button>
      </div>
    </form>
  );
}

/** To everybody. */
function Announce({ staff, busy, onDeed }: DeedPorts) {
  const [text, setText] = useState("");
  return (
    <form
      className="deeds" aria-label="Announce"
      onSubmit={(event) => {
        event.preventDefault();
        onDeed(staff.toWorld("announce", { text: text.trim() }));
        setText("");
      }}
    >
      <h3>To everybody</h3>
      <Field label="Announcement">{(id) => <input id={id} type="text" value={text} autoComplete="off" onChange={(event) => setText(event.target.value)} />}</Field>
      <button type="submit" disabled={busy || text.trim() === ""}>Announce</button>
    </form>
  );
}

/** The weather and the clock of the whole world. */
function World({ staff, busy, onDeed }: DeedPorts) {
  const [weather, setWeather] = useState("");
  const [hours, setHours] = useState("0");
  const [reason, setReason] = useState("");
  const ready = !busy && reason.trim() !== "";
  const offset = Number(hours);
  return (
    <form className="deeds" aria-label="World" onSubmit={(event) => event.preventDefault()}>
      <h3>World</h3>
      <Field label="Weather">
        {(id) => (
          <select id={id} value={weather} onChange={(event) => setWeather(event.target.value)}>
            <option value="">as it comes</option>
            {WEATHERS.map((it) => <option key={it} value={it}>{skyOf(it)}</option>)}
          </select>
        )}
      </Field>
      <Field label="Clock moved by, in real hours">{(id) => <input id={id} type="text" inputMode="decimal" value={hours} onChange={(event) => setHours(event.target.value)} />}</Field>
      <Field label="Why the world changes">{(id) => <input id={id} type="text" value={reason} autoComplete="off" onChange={(event) => setReason(event.target.value)} />}</Field>
      <div className="setting-buttons">
        <button type="button" disabled={!ready} onClick={() => onDeed(staff.toWorld("world/weather", { climate: null, weather: weather === "" ? null : weather, reason: reason.trim() }))}>Set the weather</button>
        <button type="button" disabled={!ready || !Number.isFinite(offset)} onClick={() => onDeed(staff.toWorld("world/time", { offset_s: offset * SECONDS_PER_HOUR, reason: reason.trim() }))}>Set the clock</button>
      </div>
    </form>
  );
}

function Field({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return <div className="deed-field"><label htmlFor={id}>{label}</label>{children(id)}</div>;
}
