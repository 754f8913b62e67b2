/**
 * From what a player asked and read: in which room it was from which to which line of that room. What lies between must
 * have been heard. A stay claims no more than is certain.
 */
import type { Asked, Heard, Line, Player } from "./evidence.ts";
import type { RoomHistory } from "./room-history.ts";

export interface Stay {
  readonly room: string;
  /** Lines after `first` and up to `last` (both of the room's counter) fell while the player was there. */
  readonly first: number;
  readonly last: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** When it is first seen to be there; before, it may still have been on its way: a seat that does not answer is given up after seconds. */
  readonly seenMs: number;
}

/** A time in which the player asked for nothing that moves it; it stands in one room. */
interface Rest {
  readonly fromMs: number;
  readonly toMs: number;
  /** The walk that ended before it, and the one that begins after it. */
  readonly after: Asked | null;
  readonly before: Asked | null;
  room: string | null;
}

/** What others read of somebody's coming, and of its connection; all else that moves it is its going. */
const COMES = / arrives/;
const STAYS = / wakes up and | stops and stares | is with you again/;
/** A departure is heard by others up to so much later than the walker has its answer; one heard after its next walk is another. */
const DEPARTURE_LATE_MS = 2_000;

/** The stays of a player in rooms of which it read anything, in their order. */
export function staysOf(player: Player, histories: ReadonlyMap<string, RoomHistory>): Stay[] {
  const rests = restsOf(player);
  const numbered = player.heard.filter(({ line }) => line.number !== null);
  for (const rest of rests) rest.room = roomOf(rest, numbered, player);
  return rests.flatMap((rest, index) => stayOf(rest, { player, numbered, before: rests[index - 1], after: rests[index + 1], history: histories.get(rest.room ?? "") }));
}

function restsOf({ asked }: Player): Rest[] {
  // Who is told no has not moved; of several steps some may have been done.
  const walks = asked.filter(({ moves, status, line }) => moves && (status !== "refused" || line.includes(";"))).toSorted((a, b) => a.sentMs - b.sentMs);
  const rests: Rest[] = [];
  let [fromMs, after]: [number, Asked | null] = [-Infinity, null];
  for (const walk of walks) {
    if (walk.sentMs > fromMs) rests.push({ fromMs, toMs: walk.sentMs, after, before: walk, room: null });
    const endMs = walk.answeredMs ?? Infinity;
    if (endMs >= fromMs) [fromMs, after] = [endMs, walk];
  }
  if (fromMs < Infinity) rests.push({ fromMs, toMs: Infinity, after, before: null, room: null });
  return rests;
}

const within = ({ fromMs, toMs }: { fromMs: number; toMs: number }, atMs: number): boolean => atMs > fromMs && atMs < toMs;

/**
 * Where the lines and welcomes say it was, but for lines sent again, which may be of a room that it had left; of two rooms: it was moved, and
 * the rest claims nothing. Without any, by the synced state.
 */
function roomOf(rest: Rest, numbered: readonly Heard[], { stood, entered }: Player): string | null {
  const rooms = new Set([
    ...numbered.filter(({ atMs, replayed }) => !replayed && within(rest, atMs)).map(({ line }) => line.room),
    ...entered.filter(({ atMs }) => within(rest, atMs)).map(({ room }) => room),
  ]);
  if (rooms.size > 1) return null;
  return [...rooms][0] ?? stood.findLast(({ atMs }) => within(rest, atMs))?.room ?? null;
}

interface Surroundings {
  readonly player: Player;
  readonly numbered: readonly Heard[];
  readonly before: Rest | undefined;
  readonly after: Rest | undefined;
  readonly history: RoomHistory | undefined;
}

function stayOf(rest: Rest, { player, numbered, before, after, history }: Surroundings): Stay[] {
  const { room } = rest;
  if (room === null || history === undefined) return [];
  // On the way out it still hears the room it leaves, on the way in the room it comes to; if they are two, each line says which.
  const fromMs = before !== undefined && before.room !== null && before.room !== room ? before.toMs : rest.fromMs;
  const toMs = after !== undefined && after.room !== null && after.room !== room ? after.fromMs : rest.toMs;
  // A welcome names the line before the first that it hears, which may be the one that tells others of its coming.
  const welcomes = player.entered.filter((entered) => entered.room === room && within({ fromMs, toMs }, entered.atMs)).map(({ atMs, line }) => ({ atMs, number: line, begins: line + 1 }));
  // Steps out and back may be answered before the connection ends over which they were asked for: the next one begins with what was said before it went out.
  const welcomed = rest.after?.line.includes(";") === true && welcomes.length > 0 ? Math.min(...welcomes.map(({ number }) => number)) : -Infinity;
  const heard = numbered.filter(({ atMs, line, replayed }) => line.room === room && within({ fromMs, toMs }, atMs) && !(replayed && line.number! <= welcomed))
    .map(({ atMs, line }) => ({ atMs, number: line.number!, begins: line.number! }));
  const all = [...heard, ...welcomes];
  const isWalk = ({ sender, type, text }: Line): boolean => type === "move" && sender === player.name && !STAYS.test(text);
  // One line of steps may have led through the room before: what it knows from then belongs to an earlier stay.
  const newest = Math.max(...all.map(({ number }) => number));
  const gone = history.lines.findLast((line) => isWalk(line) && !COMES.test(line.text) && line.number! < newest)?.number ?? -Infinity;
  const evidence = all.filter(({ number }) => number > gone);
  const known = evidence.map(({ number }) => number);
  // Its last coming or going before anything it knows of the room: a going belongs to an earlier stay, and of this one nobody heard the coming.
  const begins = Math.min(...evidence.map((each) => each.begins));
  const came = rest.after === null ? undefined : history.lines.findLast((line) => isWalk(line) && line.number! <= begins);
  if (came !== undefined && COMES.test(came.text) && within({ fromMs: rest.after!.sentMs, toMs }, history.firstHeardMs(came.number!))) {
    known.push(came.number!);
    evidence.push({ atMs: history.firstHeardMs(came.number!), number: came.number!, begins });
  }
  const [first, last] = [Math.min(...known), Math.max(...known)];
  const departure = rest.before === null ? undefined : history.lines.find((line) =>
    isWalk(line) && !COMES.test(line.text) && line.number! > last
    && within({ fromMs: rest.before!.sentMs, toMs: Math.min((rest.before!.answeredMs ?? Infinity) + DEPARTURE_LATE_MS, after?.toMs ?? Infinity) }, history.firstHeardMs(line.number!)));
  return known.length === 0 ? [] : [{ room, first, last: departure?.number ?? last, fromMs: rest.fromMs, toMs: rest.toMs, seenMs: Math.min(...evidence.map(({ atMs }) => atMs)) }];
}
