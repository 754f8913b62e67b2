/** What a player does next on many processes: talks so that it can be traced, walks over borders, and all that chaos on one process does. */
import type { WorldView } from "../../client/sdk/index.ts";
import type { Rng } from "../../src/engine/context.ts";
import type { ContentIndex, ExitDef } from "../../src/engine/content.ts";
import type { RoomId } from "../../src/engine/ids.ts";
import { pickOne } from "../../src/engine/rng.ts";
import type { Bartering } from "../chaos/bartering.ts";
import { chooseLine, type ChosenLine } from "../chaos/choose-line.ts";
import type { Talk } from "./evidence.ts";
import type { Ledger } from "./ledger.ts";

export interface Deed extends ChosenLine {
  readonly moves: boolean;
  /** It leads into another area. */
  readonly crosses: boolean;
  readonly talk: Talk | null;
}

export interface Sight {
  readonly rng: Rng;
  readonly content: ContentIndex;
  /** Rooms that players stay in. */
  readonly near: ReadonlySet<RoomId>;
  /** Of all players. */
  readonly names: readonly string[];
  readonly ledger: Ledger;
  /** The share of its lines that a player says on a channel: everybody hears them. */
  readonly channelShare: number;
}

const CHANNEL = "chat";
const SAY_SHARE = 0.3;
const TELL_SHARE = 0.06;
const WALK_SHARE = 0.2;
/** Of the walks, where there is a border; and of the walks, several steps in one line. */
const OVER_BORDER_SHARE = 0.6;
const TWO_STEPS_SHARE = 0.25;

const plain = (line: ChosenLine): Deed => ({ ...line, moves: false, crosses: false, talk: null });

export function say({ ledger }: Pick<Sight, "ledger">): Deed {
  const token = ledger.newToken();
  return { line: `say ${token} it is late`, durableSteps: 0, moves: false, crosses: false, talk: { token, kind: "say", to: null } };
}

function tell({ ledger, rng, names }: Sight, self: string): Deed | undefined {
  const to = pickOne(rng, names);
  if (to === undefined || to === self) return undefined;
  const token = ledger.newToken();
  return { line: `tell ${to} ${token} where are you?`, durableSteps: 0, moves: false, crosses: false, talk: { token, kind: "tell", to } };
}

function speakOnChannel({ ledger }: Sight): Deed {
  const token = ledger.newToken();
  return { line: `${CHANNEL} ${token} good evening`, durableSteps: 0, moves: false, crosses: false, talk: { token, kind: "channel", to: null } };
}

/** Ways that stay near and are open. */
function waysFrom({ content, near }: Sight, room: RoomId, view: WorldView["room"]): ExitDef[] {
  const exits = content.rooms.get(room)?.exits ?? [];
  return exits.filter((exit) => near.has(exit.to) && !exit.hidden && (view === null ? exit.door == null : view.exits.some((it) => it.name === exit.name && (it.door === "" || it.door === "open"))));
}

const areaOf = (content: ContentIndex, room: RoomId): string | undefined => content.rooms.get(room)?.area;

/** `border`: into another area, if there is a way. */
export function walk(see: Sight, view: WorldView, border: boolean): Deed | undefined {
  const { rng, content } = see;
  if (view.room === null) return undefined;
  const from = view.room.id as RoomId;
  const ways = waysFrom(see, from, view.room);
  const over = ways.filter(({ to }) => areaOf(content, to) !== areaOf(content, from));
  const first = pickOne(rng, border && over.length > 0 ? over : ways);
  if (first === undefined) return undefined;
  const crosses = over.includes(first);
  const second = rng.next() < TWO_STEPS_SHARE ? pickOne(rng, waysFrom(see, first.to, null)) : undefined;
  if (second === undefined) return { line: first.name, durableSteps: 1, moves: true, crosses, talk: null };
  return { line: `${first.name};${second.name}`, durableSteps: 2, moves: true, crosses: crosses || areaOf(content, first.to) !== areaOf(content, second.to), talk: null };
}

/** `mayWalk` is false while a walk is under way: then it does not know where it stands. */
export function chooseDeed(view: WorldView, see: Sight, { self, mayWalk, bartering }: { self: string; mayWalk: boolean; bartering: Bartering }): Deed {
  const { rng } = see;
  const dice = rng.next() - see.channelShare;
  if (dice < 0) return speakOnChannel(see);
  if (dice < SAY_SHARE) return say(see);
  if (dice < SAY_SHARE + TELL_SHARE) return tell(see, self) ?? say(see);
  if (dice < SAY_SHARE + TELL_SHARE + WALK_SHARE) return (mayWalk ? walk(see, view, rng.next() < OVER_BORDER_SHARE) : undefined) ?? say(see);
  const chosen = chooseLine(view, { ...see, bartering });
  if (view.room?.exits.some(({ name }) => name === chosen.line) !== true) return plain(chosen);
  return (mayWalk ? walk(see, view, false) : undefined) ?? say(see);
}
