/**
 * The newest lines of each room in Redis (`room:{room_id}:events`, a capped stream whose ids are the lines' numbers), so
 * that talk which somebody has heard survives the process it was said in: all lines of a tick go there in one pipeline
 * before they go to players. A former owner that wakes up late adds nothing, as its numbers are lower.
 */
import { ReplyError, type Redis } from "ioredis";
import { z } from "zod";
import type { CharacterId, RoomId } from "../engine/ids.ts";
import { HOT_RENEW_MS, HOT_TTL_S, MAX_LINES_TO_RECORD, MAX_RENEWED_KEYS, PERSONAL_LINES_KEPT, RECENT_READ_MS, RECORD_EVERY_MS, RECORD_WAIT_MS, ROOM_LINES_KEPT } from "../limits.ts";
import type { LineRecorder, PersonalLine, PersonalRecorder, RecordedLine } from "../runtime/line-recorder.ts";
import type { Clock } from "../runtime/ports.ts";
import { messageType, ref } from "../protocol/server-messages.ts";
import { hotKey } from "./hot-cache.ts";
import { RedisUnavailable, type RedisLink, type SendCommand } from "./redis.ts";

/** Counts lines, for the metrics: recorded before they were sent, sent before they were, or not recorded at all. */
export type LinesObserver = (result: "recorded" | "late" | "unrecorded", lines: number) => void;

export interface RecentLinesOptions {
  readonly link: RedisLink;
  readonly clock: Clock;
  readonly observe: LinesObserver;
  /** Whether a look for the lines of a room found anything. */
  readonly looked: (result: "hit" | "miss" | "error") => void;
}

const keyOf = (room: string): string => `room:${room}:events`;

interface Personal {
  readonly to: CharacterId;
  readonly username: string;
  readonly line: PersonalLine;
}

export class RecentLines implements LineRecorder, PersonalRecorder {
  readonly #options: RecentLinesOptions;
  #queue: { readonly room: RoomId; readonly line: RecordedLine }[] = [];
  /** When the first of these came. */
  #sinceMs = 0;
  #personal: Personal[] = [];
  /** Rooms whose stream has higher numbers than ours: their keys are left to expire. */
  readonly #refused = new Set<RoomId>();
  #pending: Promise<void> | undefined;
  /** When each key's time to live was last set. */
  readonly #renewedMs = new Map<string, number>();

  #lapses = 0;

  constructor(options: RecentLinesOptions) {
    this.#options = options;
    // A Redis that comes back may be empty.
    options.link.onChange(() => (this.#lapses += 1));
  }

  get lapses(): number {
    return this.#lapses;
  }

  add(room: RoomId, line: RecordedLine): void {
    if (this.#queue.length === 0) this.#sinceMs = this.#options.clock.nowMs();
    if (this.#queue.length < MAX_LINES_TO_RECORD) this.#queue.push({ room, line });
    else this.#options.observe("unrecorded", 1);
  }

  addPersonal(to: CharacterId, username: string, line: PersonalLine): boolean {
    const { type, sender, channel } = line;
    if (channel !== undefined || (sender === undefined && type !== "tell" && type !== "whisper")) return false;
    if (this.#personal.length < MAX_LINES_TO_RECORD) this.#personal.push({ to, username, line });
    else this.#options.observe("unrecorded", 1);
    return true;
  }

  write(): Promise<void> | undefined {
    const count = this.#queue.length + this.#personal.length;
    if (count === 0) return this.#pending;
    const [lines, personal] = [this.#queue, this.#personal];
    this.#queue = [];
    this.#personal = [];
    if (!this.#options.link.up) {
      this.#renewedMs.clear();
      this.#options.observe("unrecorded", count);
      return this.#pending;
    }
    let late = false;
    const recorded = this.#record(lines, personal).then((done) => {
      if (!done) this.#lapses += 1;
      this.#options.observe(!done ? "unrecorded" : late ? "late" : "recorded", count);
    });
    const waited = new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(RECORD_WAIT_MS, () => {
        late = true;
        resolve();
      });
      void recorded.then(() => {
        cancel();
        resolve();
      });
    });
    this.#pending = waited;
    void waited.then(() => {
      if (this.#pending === waited) this.#pending = undefined;
    });
    return waited;
  }

  writeOld(): void {
    // A clock that was set back must not make it wait longer.
    if (this.#queue.length > 0 && Math.abs(this.#options.clock.nowMs() - this.#sinceMs) >= RECORD_EVERY_MS) void this.write();
  }

  async read(room: RoomId, before: number): Promise<readonly RecordedLine[] | undefined> {
    const lines = await this.#look(async (client) => (await client.xrangeBuffer(keyOf(room), "-", `(${before}-0`)).map(([id, fields]) => readEntry(id, fields)));
    this.#options.looked(lines === undefined ? "error" : lines.length === 0 ? "miss" : "hit");
    return lines;
  }

  readPersonal(to: CharacterId, username: string, withinMs: number): Promise<readonly PersonalLine[] | undefined> {
    const since = this.#options.clock.nowMs() - withinMs;
    return this.#look(async (client) => (await client.xrange(hotKey.playerSession(username), String(Math.max(0, since)), "+")).flatMap(([, fields]) => readPersonalEntry(to, fields) ?? []));
  }

  /** Never rejects, and takes no longer than somebody who comes back is left waiting. */
  async #look<T>(ask: (client: Redis) => Promise<readonly T[]>): Promise<readonly T[] | undefined> {
    const { link, clock } = this.#options;
    return await new Promise<readonly T[] | undefined>((resolve) => {
      const cancel = clock.after(RECENT_READ_MS, () => resolve(undefined));
      void this.#ask(link, ask).then((found) => {
        cancel();
        resolve(found);
      });
    });
  }

  /** Never rejects; false when nobody knows whether it was recorded. */
  async #record(lines: readonly { readonly room: RoomId; readonly line: RecordedLine }[], personal: readonly Personal[]): Promise<boolean> {
    const rooms = [...new Set(lines.map(({ room }) => room))];
    try {
      const results = await this.#options.link.pipeline((send) => {
        for (const { room, line: { line, except, bytes, came, went, here } } of lines) {
          send("xadd", keyOf(room), "MAXLEN", "~", ROOM_LINES_KEPT, `${line}-0`, ...(bytes === null ? ["m", "1"] : ["l", bytes]), ...list("x", except), ...list("c", came), ...list("g", went), ...list("h", here));
        }
        for (const { to, username, line } of personal) {
          const key = hotKey.playerSession(username);
          send("xadd", key, "MAXLEN", "~", PERSONAL_LINES_KEPT, "*", "l", JSON.stringify({ ...line, to }));
          this.#renew(send, key, HOT_TTL_S.session);
        }
        for (const room of rooms) if (!this.#refused.has(room)) this.#renew(send, keyOf(room), HOT_TTL_S.events);
      });
      let all = true;
      for (const [index, { room }] of lines.entries()) {
        const refused = results[index] instanceof ReplyError;
        if (refused) this.#refused.add(room);
        else this.#refused.delete(room);
        all &&= !refused;
      }
      return all;
    } catch (error) {
      // It may come back without its keys, and so without their time to live.
      this.#renewedMs.clear();
      if (error instanceof RedisUnavailable) return false;
      throw error;
    }
  }

  /** Not with every line: that would be as many commands again, and the time to live is much longer than what passes between. */
  #renew(send: SendCommand, key: string, seconds: number): void {
    const nowMs = this.#options.clock.nowMs();
    if (nowMs - (this.#renewedMs.get(key) ?? -Infinity) < HOT_RENEW_MS) return;
    if (this.#renewedMs.size >= MAX_RENEWED_KEYS) this.#renewedMs.clear();
    this.#renewedMs.set(key, nowMs);
    send("expire", key, seconds);
  }

  /** Never rejects for want of Redis. */
  async #ask<T>(link: RedisLink, ask: (client: Redis) => Promise<readonly T[]>): Promise<readonly T[] | undefined> {
    try {
      return await link.run(ask);
    } catch (error) {
      if (error instanceof RedisUnavailable) return undefined;
      throw error;
    }
  }
}

const personalLine = z.object({
  to: z.string(), id: z.string(), text: z.string(), type: messageType, refs: z.array(ref), sender: z.string().optional(), by: z.string().optional(),
});

/** What a session's stream has besides lines, and what is no line, is left out. */
function readPersonalEntry(to: CharacterId, fields: readonly string[]): PersonalLine | undefined {
  if (fields[0] !== "l" || fields[1] === undefined) return undefined;
  try {
    const read = personalLine.safeParse(JSON.parse(fields[1])).data;
    if (read?.to !== to) return undefined;
    const { to: _, ...line } = read;
    // Ids are strings with a brand; it was one of ours that wrote them.
    return line as unknown as PersonalLine;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const list = (name: string, ids: readonly string[] = []): string[] => (ids.length === 0 ? [] : [name, ids.join(" ")]);

function readEntry(id: Buffer, fields: readonly Buffer[]): RecordedLine {
  let bytes: Buffer | null = null;
  const lists = new Map<string, readonly string[]>();
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const [name, value] = [fields[index]!.toString(), fields[index + 1]!];
    if (name === "l") bytes = value;
    else if (name !== "m") lists.set(name, value.toString().split(" "));
  }
  const [came, went, here] = ["c", "g", "h"].map((name) => lists.get(name));
  return { line: Number(id.toString().split("-")[0]), except: lists.get("x") ?? [], bytes, ...(came && { came }), ...(went && { went }), ...(here && { here }) };
}
