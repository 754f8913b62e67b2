/**
 * Names of players, the genre's way: one word of the letters a to z, so that everybody can type everybody's name.
 * Upper and lower case are shown as the player wrote them (the first is made upper case) and make no difference.
 */
import { randomInt } from "node:crypto";
import { MAX_NAME_CHARS, MIN_NAME_CHARS } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";

/** What guests are called; nobody else may begin so. */
export const GUEST_PREFIX = "Wanderer";

/** Words that mean somebody or something else: in commands, in sentences, or in authority. */
const RESERVED = [
  // authority
  "admin", "administrator", "root", "system", "server", "operator", "moderator", "builder", "owner", "staff", "support", "gamemaster", "waystone",
  // words that commands take for a person
  "self", "myself", "yourself", "himself", "herself", "themselves", "you", "your", "him", "her", "them", "they", "everyone", "everybody", "all", "any",
  "anyone", "anybody", "each", "every", "nobody", "none", "noone", "somebody", "someone", "something", "nothing", "other", "others", "who", "whom",
  // words that stand where a name would
  "the", "and", "with", "from", "into", "here", "there", "this", "that", "what", "where", "room", "world", "global", "guest", "player", "character",
  "null", "undefined", "unknown", "anonymous", "nil", "true", "false", "north", "south", "east", "west", "northeast", "northwest", "southeast",
  "southwest", "down", "inside", "outside",
];

export interface PlayerName {
  /** For display. */
  readonly username: string;
  /** What is unique. */
  readonly nameKey: string;
}

export class NameRules {
  readonly #reserved: Set<string>;

  /** `reserved`: further words nobody may be called, such as commands, directions and the names of NPCs. */
  constructor(options: { reserved?: Iterable<string> } = {}) {
    this.#reserved = new Set([...RESERVED, ...(options.reserved ?? [])].map((word) => word.toLowerCase()));
  }

  /** The name a new account gets. Throws `E_NAME_INVALID` with the reason. */
  check(text: string): PlayerName {
    const name = text.trim();
    const refuse = (message: string): never => {
      throw new AppError("E_NAME_INVALID", message);
    };
    if (/\s/.test(name)) refuse("A name is one word.");
    if (!/^[a-z]*$/i.test(name)) refuse("A name has only the letters a to z, so that everybody can type it.");
    if (name.length < MIN_NAME_CHARS) refuse(`A name has at least ${MIN_NAME_CHARS} letters.`);
    if (name.length > MAX_NAME_CHARS) refuse(`A name has at most ${MAX_NAME_CHARS} letters.`);
    const nameKey = nameKeyOf(name);
    if (nameKey.startsWith(GUEST_PREFIX.toLowerCase())) refuse(`Names that begin with ${GUEST_PREFIX} are for guests.`);
    if (this.#reserved.has(nameKey)) refuse(`"${name}" is a word with a meaning of its own here. Please choose another name.`);
    return { username: name[0]!.toUpperCase() + name.slice(1), nameKey };
  }
}

/** The key to look a name up by, whatever was typed. */
export const nameKeyOf = (text: string): string => text.trim().toLowerCase();

const CONSONANTS = "bdlmnrsvz";
const VOWELS = "aeiou";
const GUEST_SYLLABLES = 4;

/** A name for a guest, such as `WandererLosaBeni`: one of four million, so it may be taken. */
export function guestName(random: (below: number) => number = randomInt): PlayerName {
  const syllable = (): string => CONSONANTS[random(CONSONANTS.length)]! + VOWELS[random(VOWELS.length)]!;
  const word = (): string => {
    const letters = Array.from({ length: GUEST_SYLLABLES / 2 }, syllable).join("");
    return letters[0]!.toUpperCase() + letters.slice(1);
  };
  const username = GUEST_PREFIX + word() + word();
  return { username, nameKey: nameKeyOf(username) };
}
