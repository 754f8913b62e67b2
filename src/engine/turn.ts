/**
 * A character's decision in the making: a slate that knows who acts, what that character can name and reach,
 * and to whom its lines go.
 */
import { COIN_KIND, type ExitDef, type RoomDef } from "./content.ts";
import type { EngineContext } from "./context.ts";
import { conflict, type Accepted, type Audience, type MessageType, type Noun, type Params, type Refused } from "./decision.ts";
import type { DomainEvent } from "./events.ts";
import { carriedBy, type AreaId, type CharacterId, type KindId, type QuestId, type RoomId } from "./ids.ts";
import { deafTo, ignores, isWords, mayBeIgnored } from "./ignoring.ts";
import { MAX_QUOTED_CHARS } from "../limits.ts";
import type { Need } from "./post.ts";
import type { Character, Item, Npc, ReadonlyArea } from "./world.ts";
import { matches, type Target } from "./parse/target.ts";
import { characterNoun, SOMEONE } from "./nouns.ts";
import { Slate, type View } from "./slate.ts";

/** Something that happened which a quest may be waiting for. */
export type Signal =
  | { readonly type: "visited"; readonly room: RoomId }
  | { readonly type: "obtained"; readonly kind: KindId }
  | { readonly type: "delivered"; readonly kind: KindId; readonly npc: Npc["kind"]; readonly count: number }
  | { readonly type: "talked"; readonly npc: Npc["kind"]; readonly text: string }
  | { readonly type: "used"; readonly kind: KindId; readonly room: RoomId }
  /** Somebody has offered the quest; it begins at the end of the turn. */
  | { readonly type: "quest-accepted"; readonly quest: QuestId };

/** Somebody or something that a word may name. */
export type Found =
  | { readonly type: "item"; readonly item: Item }
  | { readonly type: "character"; readonly character: Character }
  | { readonly type: "npc"; readonly npc: Npc };

export class Turn extends Slate {
  readonly actor: View<Character>;
  /** What happened so far that quests listen to; `advanceQuests` works them off. */
  readonly signals: Signal[] = [];
  readonly #followUps: { character: CharacterId; line: string }[] = [];
  #handoff: Accepted["handoff"] = null;
  #quits = false;
  #said: string | null = null;

  constructor(area: ReadonlyArea, actor: View<Character>, ctx: EngineContext) {
    super(area, ctx);
    this.actor = actor;
    // Whatever it decides, it decides where it stands: nobody may be moving it away meanwhile.
    this.reads(conflict.character(actor.id));
  }

  // ---- what is around

  /** The definition of the actor's room. */
  get room(): RoomDef {
    return this.roomDef(this.actor.room);
  }

  override onGround(room: RoomId = this.actor.room): View<Item>[] {
    return super.onGround(room);
  }

  override npcs(room: RoomId = this.actor.room): View<Npc>[] {
    return super.npcs(room);
  }

  override isLit(room: RoomId = this.actor.room): boolean {
    return super.isLit(room);
  }

  /** Carried but not worn. */
  carried(of: CharacterId = this.actor.id): View<Item>[] {
    return this.contents(carriedBy(of)).filter((item) => item.slot === null);
  }

  worn(of: CharacterId = this.actor.id): View<Item>[] {
    return this.contents(carriedBy(of)).filter((item) => item.slot !== null);
  }

  /** Other characters in the room (link-dead ones too). */
  others(room: RoomId = this.actor.room): View<Character>[] {
    return this.people(room).filter((character) => character.id !== this.actor.id);
  }

  /** An exit of the room by its full name or alias; a prefix only when `prefix`. */
  exit(name: string, prefix = false): ExitDef | undefined {
    const word = name.toLowerCase();
    if (word === "") return undefined;
    const exits = this.room.exits;
    return exits.find((exit) => exit.name === word || exit.aliases.includes(word))
      ?? (prefix ? exits.find((exit) => !exit.hidden && (exit.name.startsWith(word) || exit.aliases.some((alias) => alias.startsWith(word)))) : undefined);
  }

  // ---- naming things

  /** The items of a list that a target names: with `all` each, otherwise at most one. Each counts as read. */
  pick(target: Target, from: readonly View<Item>[]): View<Item>[] {
    const matching = from.filter((item) => matches(this.keywordsOf(item), target.words));
    const picked = target.all ? matching : matching.slice(target.nth - 1, target.nth);
    for (const item of picked) this.reads(conflict.item(item.id));
    return picked;
  }

  keywordsOf(item: View<Item>): readonly string[] {
    return this.kindOf(item).keywords;
  }

  /** Whom a word names in this room: players by name, NPCs by keyword; `me` and `self` are the actor. */
  findPerson(target: Target): Extract<Found, { type: "character" | "npc" }> | undefined {
    const word = target.words[0];
    if (word === undefined || target.all) return undefined;
    if (target.words.length === 1 && (word === "me" || word === "self" || word === "myself")) return { type: "character", character: this.actor };
    const people: Extract<Found, { type: "character" | "npc" }>[] = [];
    // Whoever is so called comes before those whose name only begins so: Ben before Benjamin.
    const exactly = target.words.length === 1 && target.nth === 1 ? this.others().find((character) => character.name.toLowerCase() === word) : undefined;
    if (exactly !== undefined) return { type: "character", character: exactly };
    for (const character of this.others()) if (matches([character.name.toLowerCase()], target.words)) people.push({ type: "character", character: character });
    for (const npc of this.npcs()) if (matches(this.npcKind(npc).keywords, target.words)) people.push({ type: "npc", npc: npc });
    return people[target.nth - 1];
  }

  /** Grams carried and worn, contents of containers included. Counts all of these sets as read. */
  weightCarriedG(of: CharacterId = this.actor.id): number {
    return this.weightHeldG(carriedBy(of));
  }

  /** The actor's purse; counts as read. */
  coins(): number {
    this.reads(conflict.purse(this.actor.id));
    return this.actor.coins;
  }

  /** The actor as others here see it: nobody is recognised in the dark. */
  get me(): Noun {
    return this.inSight(characterNoun(this.actor));
  }

  /** Somebody in this room as others here see them. */
  inSight(person: Noun): Noun {
    return this.isLit() ? person : SOMEONE;
  }

  /** Who a line is from, for those here: the dark hides that too. */
  get #sender(): string | undefined {
    return this.isLit() ? this.actor.name : undefined;
  }

  // ---- what shall happen

  signal(signal: Signal): void {
    this.signals.push(signal);
  }

  /** Coins into (negative: out of) the actor's purse. The caller has checked that they are there. */
  pay(delta: number, cause: Extract<DomainEvent, { type: "coins-changed" }>["cause"], character: CharacterId = this.actor.id): void {
    this.event({ type: "coins-changed", character, delta, cause });
  }

  /** The actor walks out of this area; `from` words where it will come from: "the south", or "". */
  handoff(area: AreaId, room: RoomId, from: string): void {
    this.#handoff = { area, room, from };
  }

  /** Another character does this because of us, after us. */
  followUp(character: CharacterId, line: string): void {
    this.#followUps.push({ character, line });
  }

  quit(): void {
    this.#quits = true;
  }

  /** These words of the actor's own come before others, by whatever command. */
  speaks(words: string): void {
    this.#said = words;
  }

  // ---- what is said about it

  /** The actor's own words do not reach those here who ignore it; of those far away, whoever brings them asks. */
  override say(audience: Audience, type: MessageType, key: string, params: Params = {}, sender?: string): void {
    if (audience.to === "actor" || !isWords(type) || !mayBeIgnored(this.actor)) return super.say(audience, type, key, params, sender);
    const by = this.actor.id;
    if (audience.to === "character") {
      const listener = this.area.characters.get(audience.id);
      if (listener !== undefined && ignores(listener, by)) return;
    }
    const deaf = audience.to === "room" ? deafTo(this.area, audience.room, by) : [];
    super.say(audience.to === "room" && deaf.length > 0 ? { ...audience, except: [...audience.except, ...deaf] } : audience, type, key, params, sender, by);
  }

  /** To whoever gave the command. */
  toActor(key: string, params: Params = {}, type: MessageType = "action"): void {
    this.say({ to: "actor" }, type, key, params);
  }

  /** To everybody else in the actor's room, except those named. */
  toOthers(key: string, params: Params = {}, type: MessageType = "action", except: readonly CharacterId[] = []): void {
    this.say({ to: "room", room: this.actor.room, except: [this.actor.id, ...except] }, type, key, params, this.#sender);
  }

  /** To one other character here. */
  toTarget(id: CharacterId, key: string, params: Params = {}, type: MessageType = "action"): void {
    this.say({ to: "character", id }, type, key, params, this.#sender);
  }

  /** The rules say no. Nothing written so far counts. What was typed is quoted as `word`, `verb` or `name`: of a page pasted by mistake its beginning. */
  refuse(code: string, key: string, params: Params = {}): Refused {
    return { kind: "refused", code, messages: [{ audience: { to: "actor" }, type: "error", key, params: quoted(params) }] };
  }

  /** It cannot be decided without this fact; whoever carries out the command looks it up. */
  need(needs: Need): Refused {
    return { kind: "refused", code: "needs_look_up", messages: [], needs };
  }

  override accept(deterministicId: string | null = null): Accepted {
    return { ...super.accept(deterministicId), handoff: this.#handoff, followUps: this.#followUps, quits: this.#quits, ...(this.#said === null ? {} : { said: this.#said }) };
  }
}

const TYPED = ["word", "verb", "name"] as const;

function quoted(params: Params): Params {
  let short = params;
  for (const key of TYPED) {
    const typed = params[key];
    if (typeof typed === "string" && typed.length > MAX_QUOTED_CHARS) short = { ...short, [key]: `${typed.slice(0, MAX_QUOTED_CHARS - 1).toWellFormed()}…` };
  }
  return short;
}

/** Coins lying about are an item of this kind; in a purse they are a number. */
export const isCoins = (item: View<Item>): boolean => item.kind === COIN_KIND;
