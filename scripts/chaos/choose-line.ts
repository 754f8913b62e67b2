/** What a bot does next: something that is likely to work with what it sees, chosen by a seeded chance. */
import type { WorldView } from "../../client/sdk/index.ts";
import type { Rng } from "../../src/engine/context.ts";
import type { ContentIndex } from "../../src/engine/content.ts";
import type { RoomId } from "../../src/engine/ids.ts";
import { pickOne } from "../../src/engine/rng.ts";
import type { Bartering } from "./bartering.ts";

export interface ChosenLine {
  readonly line: string;
  /** The steps of the line that, answered with ok, are in the database. 0: it is talk or a look, or depends on others. */
  readonly durableSteps: number;
}

const talk = (line: string): ChosenLine => ({ line, durableSteps: 0 });
const deed = (line: string): ChosenLine => ({ line, durableSteps: 1 });
const twoDeeds = (one: string, two: string): ChosenLine => ({ line: `${one};${two}`, durableSteps: 2 });

type Choice = (see: Sight) => ChosenLine | undefined;

interface Sight {
  readonly view: WorldView;
  readonly room: NonNullable<WorldView["room"]>;
  readonly self: NonNullable<WorldView["self"]>;
  readonly rng: Rng;
  readonly content: ContentIndex;
  /** Rooms that bots stay in, so that they meet. */
  readonly near: ReadonlySet<RoomId>;
  readonly names: readonly string[];
}

const loose = ({ self }: Sight) => self.items.filter((item) => item.slot === "" && item.in === "" && item.word !== "");
const others = ({ room, self }: Sight) => room.characters.filter((it) => it.id !== self.id && !it.link_dead);
const takeable = ({ room, content }: Sight) => room.items.filter((item) => item.word !== "" && content.items.get(item.kind as never)?.fixed === false);
const coins = ({ self, rng }: Sight): number => Math.floor(rng.next() * Math.min(self.coins, 6)) + 1;

const get: Choice = (see) => {
  const item = pickOne(see.rng, takeable(see));
  if (item === undefined) return undefined;
  if (item.kind !== "coins" && see.rng.next() < 0.15) return twoDeeds(`get ${item.word}`, `drop ${item.word}`);
  return deed(item.quantity > 1 && item.kind !== "coins" ? `get 1 ${item.word}` : `get ${item.word}`);
};
const drop: Choice = (see) => {
  const item = pickOne(see.rng, loose(see));
  return item === undefined ? undefined : deed(`drop ${item.quantity > 1 ? "1 " : ""}${item.word}`);
};
const dropCoins: Choice = (see) => (see.self.coins === 0 ? undefined : deed(`drop ${coins(see)} coins`));
const give: Choice = (see) => {
  const [item, other] = [pickOne(see.rng, loose(see)), pickOne(see.rng, others(see))];
  return item === undefined || other === undefined ? undefined : deed(`give ${item.word} to ${other.name}`);
};
const giveCoins: Choice = (see) => {
  const other = pickOne(see.rng, others(see));
  return other === undefined || see.self.coins === 0 ? undefined : deed(`give ${coins(see)} coins to ${other.name}`);
};
const bags = (see: Sight) => see.self.items.filter((item) => see.content.items.get(item.kind as never)?.container != null && item.in === "");
const put: Choice = (see) => {
  const bag = pickOne(see.rng, bags(see));
  const item = pickOne(see.rng, loose(see).filter((it) => it.id !== bag?.id));
  return bag === undefined || item === undefined ? undefined : deed(`put ${item.word} in ${bag.word}`);
};
const unpack: Choice = (see) => {
  const item = pickOne(see.rng, see.self.items.filter((it) => it.in !== ""));
  const bag = see.self.items.find((it) => it.id === item?.in);
  return bag === undefined || item === undefined ? undefined : deed(`get ${item.word} from ${bag.word}`);
};
const shops = (see: Sight) => see.room.npcs.map((npc) => see.content.npcs.get(npc.kind as never)).filter((kind) => kind?.shop != null);
const buy: Choice = (see) => {
  const offers = shops(see).flatMap((kind) => kind?.shop?.sells ?? []).filter(({ price }) => price <= see.self.coins);
  const word = see.content.items.get(pickOne(see.rng, offers)?.kind as never)?.keywords[0];
  return word === undefined ? undefined : deed(`buy ${word}`);
};
const sell: Choice = (see) => {
  const item = shops(see).length === 0 ? undefined : pickOne(see.rng, loose(see));
  return item === undefined ? undefined : deed(`sell ${item.word}`);
};
const wear: Choice = (see) => {
  const worn = pickOne(see.rng, see.self.items.filter((item) => item.slot !== ""));
  if (worn !== undefined && see.rng.next() < 0.5) return deed(`remove ${worn.word}`);
  const item = pickOne(see.rng, loose(see).filter((it) => see.content.items.get(it.kind as never)?.slot != null));
  return item === undefined ? undefined : deed(`wear ${item.word}`);
};
const walk: Choice = (see) => {
  const exits = see.content.rooms.get(see.room.id as RoomId)?.exits ?? [];
  const open = exits.filter((exit) => see.near.has(exit.to) && !exit.hidden && see.room.exits.some((it) => it.name === exit.name && (it.door === "" || it.door === "open")));
  const exit = pickOne(see.rng, open);
  return exit === undefined ? undefined : deed(exit.name);
};
const trade: Choice = (see) => {
  const other = pickOne(see.rng, others(see));
  return other === undefined ? undefined : talk(`trade ${other.name}`);
};
const post: Choice = (see) => {
  if (see.rng.next() < 0.3) return deed("mail get");
  if (see.content.rooms.get(see.room.id as RoomId)?.postOffice !== true) return undefined;
  const [item, name] = [pickOne(see.rng, loose(see)), pickOne(see.rng, see.names)];
  if (name === undefined || see.self.coins < 3) return undefined;
  return deed(item !== undefined && see.rng.next() < 0.6 ? `mail ${name} ${item.word} = For you` : `mail ${name} ${Math.min(coins(see), see.self.coins - 1)} coins`);
};
const say: Choice = () => talk("say The night was long, and here we are");
const tell: Choice = (see) => talk(`tell ${pickOne(see.rng, see.names) ?? "nobody"} are you there?`);
const look: Choice = () => talk("look");
const inventory: Choice = () => talk("inventory");

const CHOICES: readonly (readonly [weight: number, choice: Choice])[] = [
  [20, get], [14, drop], [6, dropCoins], [12, give], [8, giveCoins], [5, put], [4, unpack], [8, buy], [8, sell], [3, wear], [18, walk], [6, trade], [8, post], [4, say], [2, tell], [3, look], [2, inventory],
];
const TOTAL = CHOICES.reduce((sum, [weight]) => sum + weight, 0);

/** `names`: of all bots. */
export function chooseLine(view: WorldView, outside: Pick<Sight, "rng" | "content" | "near" | "names"> & { readonly bartering: Bartering }): ChosenLine {
  if (view.room === null || view.self === null) return talk("look");
  const see: Sight = { view, room: view.room, self: view.self, ...outside };
  const barter = outside.bartering.next(outside.rng, { word: pickOne(outside.rng, loose(see))?.word, coins: see.self.coins });
  if (barter !== undefined) return talk(barter);
  for (let tries = 0; tries < 10; tries += 1) {
    let at = outside.rng.next() * TOTAL;
    const found = CHOICES.find(([weight]) => (at -= weight) < 0);
    const chosen = found?.[1](see);
    if (chosen !== undefined) return chosen;
  }
  return talk("look");
}

/** The rooms within so many steps of the start, over open ways. */
export function roomsNear(content: ContentIndex, steps: number): Set<RoomId> {
  const near = new Set<RoomId>([content.world.start]);
  let edge = [content.world.start];
  for (let step = 0; step < steps; step += 1) {
    const next: RoomId[] = [];
    for (const id of edge) {
      const room = content.rooms.get(id);
      for (const exit of room?.exits ?? []) {
        if (near.has(exit.to) || exit.hidden || content.rooms.get(exit.to)?.dark === true) continue;
        near.add(exit.to);
        next.push(exit.to);
      }
    }
    edge = next;
  }
  return near;
}
