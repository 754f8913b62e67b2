/** Placeholders: only those that the engine fills in at that spot. */
import type { Place } from "../mistake.ts";
import type { Entry, RawWorld } from "../raw-world.ts";
import type { RawItem } from "../schema/item.ts";
import type { RawNpc } from "../schema/npc.ts";
import type { RawQuest } from "../schema/quest.ts";
import type { RawRoom } from "../schema/room.ts";
import type { RawSocial } from "../schema/world.ts";
import type { Path } from "../source-file.ts";
import type { Survey } from "./survey.ts";

/** A builder's text and the names that are filled in there. */
interface Text {
  readonly text: string | undefined;
  readonly place: Place;
  readonly filled: readonly string[];
}

const NOTHING: readonly string[] = [];
const ACTOR: readonly string[] = ["actor"];
const BOTH: readonly string[] = ["actor", "target"];
/** The name of whom an NPC speaks to. */
const NAME: readonly string[] = ["name"];

/** Checks every text of the world. */
export function checkTexts(survey: Survey): void {
  for (const { text, place, filled } of textsOf(survey.raw)) {
    for (const [written, name = ""] of (text ?? "").matchAll(/\{([^{}]*)\}/g)) {
      if (filled.includes(name)) continue;
      const hint = filled.length === 0 ? "Nothing is filled in here." : `Here only ${filled.map((known) => `{${known}}`).join(" and ")} can stand.`;
      survey.report.mistake(place, `the placeholder ${written} means nothing here`, hint);
    }
  }
}

function* textsOf(raw: RawWorld): Generator<Text> {
  if (raw.world !== null) {
    yield* plain(raw.world, ["name"], ["tagline"], ["welcome"]);
    for (const index of raw.world.value.channels.keys()) yield* plain(raw.world, ["channels", index, "description"]);
  }
  for (const area of raw.areas.entries.values()) {
    yield* plain(area, ["name"]);
    yield* lines(area, "ambience", area.value.ambience);
  }
  for (const room of raw.rooms.entries.values()) yield* roomTexts(room);
  for (const item of raw.items.entries.values()) yield* itemTexts(item);
  for (const npc of raw.npcs.entries.values()) yield* npcTexts(npc);
  for (const quest of raw.quests.entries.values()) yield* questTexts(quest);
  for (const social of raw.socials.entries.values()) yield* socialTexts(social);
  for (const topic of raw.help.entries.values()) yield* plain(topic, ["text"]);
}

function* roomTexts(room: Entry<RawRoom>): Generator<Text> {
  yield* plain(room, ["title"], ["description"]);
  yield* lines(room, "variants", room.value.variants);
  yield* lines(room, "ambience", room.value.ambience);
  for (const index of room.value.details.keys()) yield* plain(room, ["details", index, "text"]);
  for (const [name, exit] of Object.entries(room.value.exits)) {
    yield* plain(room, ["exits", name, "description"], ["exits", name, "door", "name"]);
    yield { text: exit.leave_text, place: room.at("exits", name, "leave_text"), filled: ACTOR };
  }
}

function* itemTexts(item: Entry<RawItem>): Generator<Text> {
  yield* plain(item, ["name"], ["plural"], ["description"], ["room_text"], ["food", "text"], ["drink", "text"], ["read"], ["use", "text"]);
  yield { text: item.value.use?.others_text, place: item.at("use", "others_text"), filled: ACTOR };
}

function* npcTexts(npc: Entry<RawNpc>): Generator<Text> {
  yield* plain(npc, ["name"], ["description"], ["room_text"]);
  yield* lines(npc, "chatter", npc.value.chatter?.lines ?? [], "lines");
  for (const [index, text] of (npc.value.greet?.lines ?? []).entries()) yield { text, place: npc.at("greet", "lines", index), filled: NAME };
  for (const [index, line] of npc.value.dialogue.entries()) {
    for (const [number, text] of line.reply.entries()) yield { text, place: npc.at("dialogue", index, "reply", number), filled: NAME };
  }
  for (const [index, text] of npc.value.puzzled.entries()) yield { text, place: npc.at("puzzled", index), filled: NAME };
  yield { text: npc.value.guard?.refusal, place: npc.at("guard", "refusal"), filled: NAME };
}

function* questTexts(quest: Entry<RawQuest>): Generator<Text> {
  yield* plain(quest, ["name"], ["summary"], ["done_text"]);
  for (const index of quest.value.steps.keys()) yield* plain(quest, ["steps", index, "text"], ["steps", index, "done_text"]);
}

function* socialTexts(social: Entry<RawSocial>): Generator<Text> {
  const { alone, targeted } = social.value;
  for (const key of ["actor", "others"] as const) yield { text: alone[key], place: social.at("alone", key), filled: ACTOR };
  if (targeted === undefined) return;
  for (const key of ["actor", "target", "others"] as const) yield { text: targeted[key], place: social.at("targeted", key), filled: BOTH };
}

/** Texts in which nothing is filled in, by path; an absent one is skipped. */
function* plain(entry: Entry<unknown>, ...paths: readonly Path[]): Generator<Text> {
  for (const path of paths) {
    const text = path.reduce<unknown>((value, step) => (typeof value === "object" && value !== null ? (value as Record<string | number, unknown>)[step] : undefined), entry.value);
    if (typeof text === "string") yield { text, place: entry.at(...path), filled: NOTHING };
  }
}

function* lines(entry: Entry<unknown>, key: string, all: readonly { readonly text: string }[], ...rest: readonly string[]): Generator<Text> {
  for (const [index, { text }] of all.entries()) yield { text, place: entry.at(key, ...rest, index), filled: NOTHING };
}
