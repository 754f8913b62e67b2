/** Who does not want to hear whom. What is kept from them is words; deeds are seen by everybody. */
import type { MessageType } from "./decision.ts";
import type { CharacterId, RoomId } from "./ids.ts";
import { isAtLeast } from "./staff.ts";
import type { Character, CharacterSettings, ReadonlyArea } from "./world.ts";

const WORDS: ReadonlySet<MessageType> = new Set(["say", "whisper", "emote", "shout", "tell", "channel"]);

/** Lines of this type are somebody's words, when a player has caused them. */
export const isWords = (type: MessageType): boolean => WORDS.has(type);

/** Whoever looks after the world is heard by everybody. */
export const mayBeIgnored = ({ role }: Pick<Character, "role">): boolean => !isAtLeast(role, "moderator");

export const ignores = ({ settings }: { readonly settings: Pick<CharacterSettings, "ignored"> }, whom: CharacterId): boolean => settings.ignored !== undefined && Object.hasOwn(settings.ignored, whom);

export const ignoresAnybody = ({ settings: { ignored } }: { readonly settings: Pick<CharacterSettings, "ignored"> }): boolean => ignored !== undefined && Object.keys(ignored).length > 0;

/** Who in a room ignores somebody. */
export function deafTo(area: ReadonlyArea, room: RoomId, whom: CharacterId): CharacterId[] {
  const deaf: CharacterId[] = [];
  const here = area.rooms.get(room)?.characters;
  // Asked for each line that is said: whichever are fewer are looked through, and mostly nobody ignores anybody.
  for (const id of here !== undefined && here.size < area.ignorers.size ? here : area.ignorers) {
    const listener = area.characters.get(id);
    if (listener?.room === room && ignores(listener, whom)) deaf.push(id);
  }
  return deaf;
}
