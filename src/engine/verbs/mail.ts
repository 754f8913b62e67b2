/** The post: what is handed in leaves the sender's hands at once, and waits until whoever it is for collects it. */
import { MAX_COINS, MAX_ITEMS_CARRIED, MAX_LETTER_THINGS, MAX_LETTERS_WAITING, MAX_NOTE_CHARS, MAX_WEIGHT_CARRIED_G, POSTAGE_COINS } from "../../limits.ts";
import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import { COIN_KIND } from "../content.ts";
import { conflict, type MessageType, type Noun, type Refused } from "../decision.ts";
import { asId, carriedBy, inside, type Holder, type LetterId } from "../ids.ts";
import { ignores } from "../ignoring.ts";
import { knownItems } from "../known-items.ts";
import { inLetter, type Addressee, type WaitingLetter } from "../post.ts";
import type { Turn } from "../turn.ts";
import type { Item } from "../world.ts";
import { coinsFromPurse, coinsNoun } from "./coins.ts";
import { refuseIfMuted } from "./muted.ts";
import { farNoun, splitAddressee } from "./people.ts";
import { chooseCarried, findWithin, isRefusal, nounsOf, parseThing, type Part } from "./things.ts";

const mail: CommandModule = {
  name: "mail",
  aliases: ["post"],
  rank: 66,
  group: "trading",
  usage: ["mail <player> <thing>", "mail <player> 10 coins", "mail <player> <thing> = <note>", "mail <player> = <note>", "mail", "mail get", "mail get 2"],
  help: "Sends something to a player, wherever they are, also while they are not in the world; it is handed in at a post office and costs one coin. mail alone lists what waits for you, and mail get brings it, wherever you are.",
  positions: AWAKE,

  decide(turn, args) {
    const { whom, what } = splitAddressee(args.text);
    if (whom === "" || /^(list|check|read)$/i.test(whom)) return list(turn);
    if (/^(get|take|collect|receive)$/i.test(whom)) return collectNamed(turn, what);
    return send(turn, whom, what);
  },
};

const collect: CommandModule = {
  name: "collect",
  aliases: [],
  rank: 71,
  group: "trading",
  usage: ["collect", "collect <number on the list>"],
  help: "Brings the post that waits for you, as much of it as you can carry. The rest goes on waiting.",
  positions: AWAKE,
  decide: (turn, args) => collectNamed(turn, args.text),
};

/** The commands of the post. */
export const postCommands: readonly CommandModule[] = [mail, collect];

// ---- sending

function send(turn: Turn, whom: string, text: string): Refused | void {
  if (!isPostOffice(turn)) return turn.refuse("no_post_office", "mail.no_office");
  const equals = text.indexOf("=");
  const [what, note] = equals < 0 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1).trim()];
  if (note.length > MAX_NOTE_CHARS) return turn.refuse("too_long", "mail.note_too_long", { count: MAX_NOTE_CHARS });
  const silenced = note === "" ? undefined : refuseIfMuted(turn, note);
  if (silenced !== undefined) return silenced;
  const enclosed = enclose(turn, what, note);
  if (isRefusal(enclosed)) return enclosed;
  const fact = turn.ctx.facts?.addressee;
  if (fact?.asked !== whom.toLowerCase()) return turn.need({ type: "addressee", name: whom.toLowerCase() });
  const to = fact.found;
  if (to === null) return turn.refuse("no_such_player", "mail.nobody", { name: whom });
  if (to.id === turn.actor.id) return turn.refuse("yourself", "mail.yourself");
  if (to.waiting >= MAX_LETTERS_WAITING) return turn.refuse("post_full", "mail.full", { person: farNoun(to) });
  if (turn.coins() < enclosed.coins + POSTAGE_COINS) return turn.refuse("not_enough_coins", "mail.postage", { coins: coinsNoun(turn, POSTAGE_COINS) });
  handIn(turn, to, enclosed, note);
}

/** A world that marks its post offices takes post there only. */
function isPostOffice(turn: Turn): boolean {
  if (turn.room.postOffice === true) return true;
  for (const room of turn.ctx.content.rooms.values()) if (room.postOffice === true) return false;
  return true;
}

interface Enclosed {
  readonly parts: readonly Part[];
  readonly coins: number;
}

function enclose(turn: Turn, what: string, note: string): Enclosed | Refused {
  const text = what.trim().replace(/^(a )?(letter|note)$/i, "");
  const target = parseThing(text);
  if (target === null) return note === "" ? turn.refuse("no_target", "mail.what") : { parts: [], coins: 0 };
  const coins = coinsFromPurse(turn, target, "mail");
  if (coins !== null) return typeof coins === "number" ? { parts: [], coins } : coins;
  if (!turn.isLit()) return turn.refuse("too_dark", "decide.too_dark");
  const parts = chooseCarried(turn, target);
  if (isRefusal(parts)) return parts;
  if (parts.length > MAX_LETTER_THINGS) return turn.refuse("too_many", "mail.too_many", { count: MAX_LETTER_THINGS });
  for (const { item } of parts) {
    const quest = findWithin(turn, item, (held) => turn.kindOf(held).quest !== null);
    if (quest !== undefined) return quest.id === item.id ? turn.refuse("quest_item", "give.quest_item", { item: turn.itemNoun(item) }) : turn.refuse("quest_item", "give.quest_inside", { item: turn.itemNoun(quest), container: turn.itemNoun(item) });
  }
  return { parts, coins: 0 };
}

function handIn(turn: Turn, to: Addressee, { parts, coins }: Enclosed, note: string): void {
  const id = asId<LetterId>(turn.ctx.ids.item());
  const escrow = inLetter(id);
  turn.event({ type: "letter-posted", letter: { id, from: turn.actor.id, fromName: turn.actor.name, to: to.id, note } });
  turn.pay(-POSTAGE_COINS, "postage");
  for (const { item, quantity } of parts) putIn(turn, item, quantity, escrow);
  if (coins > 0) {
    turn.pay(-coins, "mail");
    turn.create(COIN_KIND, coins, escrow, "coins-dropped");
  }
  const items = [...nounsOf(turn, parts), ...(coins > 0 ? [coinsNoun(turn, coins)] : [])];
  turn.toActor("mail.actor", { items: items.length > 0 ? items : [LETTER], person: farNoun(to), postage: coinsNoun(turn, POSTAGE_COINS) });
  turn.toOthers("mail.others", { actor: turn.me });
}

/** Nothing is joined with anything on the way: what is in a letter is in no area's memory. */
function putIn(turn: Turn, item: Readonly<Item>, quantity: number, escrow: Holder): void {
  turn.reads(conflict.item(item.id));
  if (quantity === item.quantity) {
    turn.event({ type: "item-moved", item: item.id, from: item.at, to: escrow, slot: null });
    return;
  }
  turn.event({ type: "item-quantity-changed", item: item.id, at: item.at, from: item.quantity, to: item.quantity - quantity, cause: "split" });
  turn.create(item.kind, quantity, escrow, "split", { charges: item.charges, open: item.open, locked: item.locked, lit: item.lit });
}

// ---- receiving

const LETTER: Noun = { text: "a note", type: "item", id: "" };

/** What a letter brings: things for the hands, coins for the purse. */
interface Contents {
  readonly letter: WaitingLetter;
  /** With all that is in them. */
  readonly all: readonly Item[];
  readonly things: readonly Item[];
  readonly piles: readonly Item[];
  readonly coins: number;
  readonly weightG: number;
}

function openLetter(turn: Turn, letter: WaitingLetter): Contents {
  const escrow = inLetter(letter.id);
  const all = knownItems(letter.items, turn.ctx.content, (holder) => holder === escrow);
  const top = all.filter((item) => item.at === escrow);
  const piles = top.filter((item) => item.kind === COIN_KIND);
  const heavy = all.filter((item) => !piles.includes(item));
  return {
    letter, all, piles, things: top.filter((item) => item.kind !== COIN_KIND), coins: piles.reduce((sum, { quantity }) => sum + quantity, 0),
    weightG: heavy.reduce((sum, item) => sum + turn.kindOf(item).weightG * item.quantity, 0),
  };
}

const nounsIn = (turn: Turn, { things, coins }: Contents): Noun[] => {
  const nouns = [...nounsOf(turn, things.map((item) => ({ item, quantity: item.quantity }))), ...(coins > 0 ? [coinsNoun(turn, coins)] : [])];
  return nouns.length > 0 ? nouns : [LETTER];
};

const senderOf = ({ from, fromName }: WaitingLetter): Noun => farNoun({ id: from, name: fromName });

function list(turn: Turn): Refused | void {
  const letters = turn.ctx.facts?.letters;
  if (letters === undefined) return turn.need({ type: "letters" });
  if (letters.length === 0) {
    turn.toActor("mail.none", {}, "info");
    return;
  }
  turn.toActor("mail.waiting", {}, "info");
  letters.forEach((letter, index) => {
    turn.toActor("mail.letter", { number: index + 1, person: senderOf(letter), items: nounsIn(turn, openLetter(turn, letter)) }, "info");
    readNote(turn, letter, "info");
  });
  turn.toActor("mail.how_to_get", {}, "info");
}

function collectNamed(turn: Turn, text: string): Refused | void {
  const letters = turn.ctx.facts?.letters;
  if (letters === undefined) return turn.need({ type: "letters" });
  if (letters.length === 0) return turn.refuse("no_post", "mail.none");
  const word = text.trim().toLowerCase();
  const number = /^#?(\d{1,4})$/.exec(word);
  const chosen = number === null ? letters : letters.slice(Number(number[1]) - 1, Number(number[1]));
  if ((number === null && word !== "" && word !== "all" && word !== "post" && word !== "mail") || chosen.length === 0 || number?.[1] === "0") return turn.refuse("no_such_letter", "mail.no_such");
  return receive(turn, chosen.map((letter) => openLetter(turn, letter)));
}

/** Each letter whole or not at all, as many as there is room for. */
function receive(turn: Turn, letters: readonly Contents[]): Refused | void {
  const mine = carriedBy(turn.actor.id);
  let [count, weightG, purse] = [turn.readsContents(mine).length, turn.weightCarriedG(), turn.coins()];
  let left = 0;
  for (const contents of letters) {
    const fits = (contents.things.length === 0 || (count + contents.things.length <= MAX_ITEMS_CARRIED && weightG + contents.weightG <= MAX_WEIGHT_CARRIED_G)) && purse + contents.coins <= MAX_COINS;
    if (!fits) {
      left += 1;
      continue;
    }
    count += contents.things.length;
    weightG += contents.weightG;
    purse += contents.coins;
    take(turn, contents, mine);
  }
  if (left === letters.length) return turn.refuse("hands_full", "mail.no_room");
  turn.toOthers("mail.others_get", { actor: turn.me });
  if (left > 0) turn.toActor("mail.rest_waits", {}, "info");
}

function take(turn: Turn, contents: Contents, mine: Holder): void {
  const { letter, all, things, piles, coins } = contents;
  turn.reads(conflict.letter(letter.id));
  for (const { id } of all) turn.reads(conflict.item(id));
  turn.event({ type: "letter-taken", letter: letter.id, by: turn.actor.id });
  for (const item of things) {
    turn.event({ type: "item-received", item, contents: within(item, all), to: mine });
    turn.signal({ type: "obtained", kind: item.kind });
  }
  for (const pile of piles) turn.event({ type: "item-destroyed", item: pile.id, kind: pile.kind, quantity: pile.quantity, from: pile.at, cause: "coins-taken" });
  if (coins > 0) turn.pay(coins, "mail");
  turn.toActor("mail.got", { person: senderOf(letter), items: nounsIn(turn, contents) });
  readNote(turn, letter);
}

/** The words of whom one ignores are left out; what they send is not. */
function readNote(turn: Turn, letter: WaitingLetter, type: MessageType = "action"): void {
  if (letter.note === "") return;
  if (ignores(turn.actor, letter.from)) turn.toActor("ignore.note_left_out", { person: senderOf(letter) }, type);
  else turn.toActor("mail.says", { text: letter.note }, type);
}

/** All that is in a thing, outermost first. */
function within(item: Item, all: readonly Item[]): Item[] {
  const direct = all.filter((other) => other.at === inside(item.id));
  return [...direct, ...direct.flatMap((other) => within(other, all))];
}
