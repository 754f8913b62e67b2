import { isFields, isText, keep, listOf, readKept } from "./kept.ts";
import { Store } from "./store.ts";

export interface WhoEntry {
  readonly name: string;
  readonly guest: boolean;
}

export interface WhoList {
  readonly count: number;
  readonly players: readonly WhoEntry[];
}

/** How often the list is asked for while somebody looks at it, in ms. */
const ASK_EVERY_MS = 15_000;
/** And how soon when somebody is read of who is not in it; once between two of those times, however many there are. */
const ASK_SOON_MS = 1_500;
export const MAX_FRIENDS = 200;

/** Who is in the world, asked for while somebody looks; and the friends of whoever plays here, kept in this browser. */
export class Who {
  readonly list = new Store<WhoList | undefined>(undefined);
  readonly friends: Store<readonly string[]>;
  readonly #name: string;
  /** Those in the list, in lower case. */
  #names: ReadonlySet<string> = new Set();
  #watchers = 0;
  #mayAskSoon = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(username: string) {
    this.#name = `friends.${username.toLowerCase()}`;
    this.friends = new Store<readonly string[]>(listOf(readKept(this.#name)).filter(isText).slice(0, MAX_FRIENDS));
  }

  /** Keeps the list fresh until the returned function is called. */
  readonly watch = (): (() => void) => {
    this.#watchers++;
    if (this.#watchers === 1) void this.#ask();
    return () => {
      this.#watchers--;
      if (this.#watchers > 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.#mayAskSoon = false;
    };
  };

  /** Somebody has been read of in a line: who is not in the list has come since it was asked for. */
  heardOf(name: string): void {
    if (!this.#mayAskSoon || this.#names.has(name.toLowerCase())) return;
    this.#mayAskSoon = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(false), ASK_SOON_MS);
  }

  toggleFriend(name: string): void {
    const friends = this.friends.get();
    const without = friends.filter((friend) => friend.toLowerCase() !== name.toLowerCase());
    this.friends.set(without.length < friends.length ? without : [...friends, name].slice(-MAX_FRIENDS));
    keep(this.#name, this.friends.get());
  }

  async #ask(mayAskSoon = true): Promise<void> {
    this.#mayAskSoon = false;
    const answer = document.visibilityState === "hidden" ? undefined : await askFor("/api/who");
    if (isFields(answer)) this.#read(readWho(answer), mayAskSoon);
    // Whoever has begun to look again meanwhile has asked as well.
    clearTimeout(this.#timer);
    this.#timer = this.#watchers > 0 ? setTimeout(() => void this.#ask(), ASK_EVERY_MS) : undefined;
  }

  #read(list: WhoList, mayAskSoon: boolean): void {
    this.list.set(list);
    this.#names = new Set(list.players.map(({ name }) => name.toLowerCase()));
    // Of thousands only some are told: who is not among those may have been here all the while.
    this.#mayAskSoon = mayAskSoon && this.#watchers > 0 && list.players.length >= list.count;
  }
}

function readWho({ count, players }: Readonly<Record<string, unknown>>): WhoList {
  const list = listOf(players).flatMap((it) => (isFields(it) && isText(it.name) ? [{ name: it.name, guest: it.guest === true }] : []));
  return { count: typeof count === "number" ? count : list.length, players: list };
}

/** What everybody may type, as the world says. */
export interface Vocabulary {
  readonly commands: readonly string[];
  readonly channels: readonly { readonly name: string; readonly description: string }[];
}

export const NO_WORDS: Vocabulary = { commands: [], channels: [] };

/** Asks the world for its words; undefined when it cannot be reached. */
export async function fetchVocabulary(): Promise<Vocabulary | undefined> {
  const answer = await askFor("/api/commands");
  if (!isFields(answer)) return undefined;
  const names = listOf(answer.commands).flatMap((it) => (isFields(it) && isText(it.name) ? [it.name] : []));
  return {
    commands: [...names, ...listOf(answer.socials).filter(isText)],
    channels: listOf(answer.channels).flatMap((it) => (isFields(it) && isText(it.name) ? [{ name: it.name, description: isText(it.description) ? it.description : "" }] : [])),
  };
}

async function askFor(path: string): Promise<unknown> {
  try {
    const response = await fetch(path);
    return response.ok ? await response.json() : undefined;
  } catch (error) {
    // Cut off, or something in between that answers for the server: asked again the next time.
    if (error instanceof TypeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
