/** All that the rules may know besides the state of the area: time, chance, ids, content, who is online. */
import type { ContentIndex } from "./content.ts";
import type { CharacterId, ItemId } from "./ids.ts";
import type { Facts } from "./post.ts";
import type { WorldTime } from "./clock.ts";
import type { Weather } from "./content.ts";
import type { Role } from "./world.ts";

/** Seeded chance. Two runs from one seed decide the same. */
export interface Rng {
  /** A number in [0, 1). */
  next(): number;
}

export interface IdSource {
  /** A new item id, unique for ever; ids made later sort later. */
  item(): ItemId;
}

/** A character in the world, as others may see it from afar. */
export interface OnlineCharacter {
  readonly id: CharacterId;
  readonly name: string;
  readonly role: Role;
  readonly afk: string | null;
  readonly areaName: string;
  /** In another process: words reach them only while far talk works. Unset of whoever is on the way there. */
  readonly far?: boolean;
}

/** Who is in the world now; a snapshot that may lag by moments. */
export interface OnlineIndex {
  /** In the order of their names. */
  list(): readonly OnlineCharacter[];
  get(id: CharacterId): OnlineCharacter | undefined;
  /** By full name, without case. */
  byName(name: string): OnlineCharacter | undefined;
}

export interface EngineContext {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  readonly rng: Rng;
  readonly ids: IdSource;
  readonly content: ContentIndex;
  readonly online: OnlineIndex;
  /** False while words reach only those in the areas of this process, and others are in the world. */
  readonly farTalk: boolean;
  readonly time: WorldTime;
  /** The weather of a climate now. */
  weather(climate: string): Weather;
  /** What was looked up for this decision, since an earlier attempt needed it. */
  readonly facts?: Facts;
}
