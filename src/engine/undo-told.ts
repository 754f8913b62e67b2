/** What those who took part read when something of theirs is taken back: one line each, with what they lose and what they get. */
import { COIN_KIND, type ContentIndex } from "./content.ts";
import type { Message, Noun } from "./decision.ts";
import type { DurableEvent } from "./events.ts";
import { splitHolder, type CharacterId, type Holder, type KindId } from "./ids.ts";
import { kindNoun } from "./nouns.ts";
import type { UndoView } from "./undo.ts";

/** For one character: how many of each kind come and go; coins of the purse among them. */
type Balance = Map<KindId, number>;

/** `events`: those of the plan, with `view` as it was before them. One message for everybody whose hands or purse they change. */
export function undoMessages(events: readonly DurableEvent[], view: Pick<UndoView, "item">, content: ContentIndex): Message[] {
  const balances = new Map<CharacterId, Balance>();
  const count = (holder: Holder, kind: KindId | undefined, quantity: number): void => {
    const { kind: where, id } = splitHolder(holder);
    if (where !== "char" || kind === undefined) return;
    const balance = balances.get(id as CharacterId) ?? new Map<KindId, number>();
    balance.set(kind, (balance.get(kind) ?? 0) + quantity);
    balances.set(id as CharacterId, balance);
  };
  for (const event of events) {
    switch (event.type) {
      case "coins-changed": count(`char:${event.character}`, COIN_KIND, event.delta); break;
      case "item-created": count(event.item.at, event.item.kind, event.item.quantity); break;
      case "item-destroyed": count(event.from, event.kind, -event.quantity); break;
      case "item-quantity-changed": count(event.at, view.item(event.item)?.kind, event.to - event.from); break;
      case "item-moved": {
        const item = view.item(event.item);
        count(event.from, item?.kind, -(item?.quantity ?? 0));
        count(event.to, item?.kind, item?.quantity ?? 0);
        break;
      }
      default: break;
    }
  }
  return [...balances].flatMap(([id, balance]) => messageFor(id, balance, content));
}

function messageFor(id: CharacterId, balance: Balance, content: ContentIndex): Message[] {
  const coinsLast = [...balance].sort(([a], [b]) => Number(a === COIN_KIND) - Number(b === COIN_KIND));
  const nouns = (sign: 1 | -1): Noun[] => coinsLast.flatMap(([kind, quantity]) => {
    const def = content.items.get(kind);
    return def === undefined || quantity * sign <= 0 ? [] : [{ ...kindNoun(def, Math.abs(quantity)), id: "" }];
  });
  const [lost, back] = [nouns(-1), nouns(1)];
  if (lost.length === 0 && back.length === 0) return [];
  const key = lost.length === 0 ? "undo.back" : back.length === 0 ? "undo.lost" : "undo.both";
  return [{ audience: { to: "character", id }, type: "system", key, params: { ...(lost.length === 0 ? {} : { lost }), ...(back.length === 0 ? {} : { back }) } }];
}
