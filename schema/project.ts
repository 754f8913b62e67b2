/** Keeps the synced view of an area true to its state: built once, then moved on by each applied event. */
import type { ContentIndex } from "../src/engine/content.ts";
import type { DomainEvent } from "../src/engine/events.ts";
import { splitHolder, type CharacterId, type Holder, type ItemId, type RoomId } from "../src/engine/ids.ts";
import { isRoomLit } from "../src/engine/light.ts";
import { kindNoun } from "../src/engine/nouns.ts";
import type { AreaState, Character, Item, Npc } from "../src/engine/world.ts";
import { CharacterView, ClockView, ExitView, ItemView, NpcView, OwnItemView, QuestView, RoomView, SelfView, WorldView } from "./WorldView.ts";

export interface Surroundings {
  readonly clock: { readonly year: number; readonly month: string; readonly dayOfMonth: number; readonly weekday: string; readonly hour: number; readonly minute: number; readonly phase: string; readonly season: string };
  readonly weather: string;
  /** The description of a room now (night, weather, season). */
  describe(room: RoomId): string;
}

const MINUTES_SHOWN = 10;
const TOO_DARK = "It is too dark to see.";
/** Events that may bring light into a room, or take it away. */
const MOVES_LIGHT = new Set<DomainEvent["type"]>(["item-created", "item-moved", "item-received", "item-changed", "item-destroyed", "character-entered", "character-withdrew", "character-moved"]);

/** Which parts of the view changed, so that only their viewers get a patch. */
export interface Touched {
  readonly rooms: Set<RoomId>;
  readonly selves: Set<CharacterId>;
}

export class Projection {
  readonly view = new WorldView();
  readonly touched: Touched = { rooms: new Set(), selves: new Set() };
  readonly #area: AreaState;
  readonly #content: ContentIndex;
  /** Where each shown item is shown: `room:R` or `char:C` (also for what is inside another thing). */
  readonly #shown = new Map<ItemId, Holder>();
  /** Rooms that are dark without a light. */
  readonly #darkRooms: readonly RoomId[];

  constructor(area: AreaState, content: ContentIndex, now: Surroundings) {
    this.#area = area;
    this.#content = content;
    this.#darkRooms = [...area.rooms.keys()].filter((id) => content.rooms.get(id)?.dark === true);
    this.view.area = area.id;
    this.view.area_name = area.def.name;
    this.view.clock = new ClockView();
    for (const id of area.rooms.keys()) {
      const room = new RoomView();
      room.id = id;
      const at = content.rooms.get(id)?.at ?? null;
      room.placed = at !== null;
      room.x = at?.x ?? 0;
      room.y = at?.y ?? 0;
      room.z = at?.z ?? 0;
      this.view.rooms.set(id, room);
      this.#fillRoom(id, room, now.describe(id));
    }
    this.surroundings(now);
    for (const character of area.characters.values()) this.#enter(character);
    for (const item of area.items.values()) this.#show(item);
  }

  /** Time, weather and the descriptions that depend on them; cheap when nothing changed. */
  surroundings(now: Surroundings): void {
    const { clock } = this.view;
    clock.year = now.clock.year;
    clock.month = now.clock.month;
    clock.day = now.clock.dayOfMonth;
    clock.weekday = now.clock.weekday;
    clock.hour = now.clock.hour;
    // A change reaches every client: ten minutes of the world are fine enough for a panel.
    clock.minute = now.clock.minute - (now.clock.minute % MINUTES_SHOWN);
    clock.phase = now.clock.phase;
    clock.season = now.clock.season;
    this.view.weather = now.weather;
    for (const id of this.#area.rooms.keys()) {
      const room = this.view.rooms.get(id)!;
      const text = room.dark ? TOO_DARK : now.describe(id);
      if (room.description === text) continue;
      room.description = text;
      this.touched.rooms.add(id);
    }
  }

  /** Where a client goes on from in the room its character is in, when it is cut before it hears a line there. */
  startsAt(id: CharacterId, line: number): void {
    this.#self(id, (self) => { self.line = line; });
  }

  /** Follows one event that has been applied to the area. `describe` words a room that can be seen again. */
  apply(event: DomainEvent, describe: (room: RoomId) => string): void {
    this.#follow(event);
    if (this.#darkRooms.length === 0 || !MOVES_LIGHT.has(event.type)) return;
    for (const id of this.#darkRooms) {
      const room = this.view.rooms.get(id)!;
      if (room.dark === isRoomLit(this.#area, this.#content.rooms.get(id)!)) this.#fillRoom(id, room, describe(id));
    }
  }

  #follow(event: DomainEvent): void {
    switch (event.type) {
      case "item-created": this.#refreshItem(event.item.id); return;
      case "item-received": this.#refreshItem(event.item.id); return;
      case "item-moved":
      case "item-quantity-changed":
      case "item-changed": this.#refreshItem(event.item); return;
      case "item-destroyed": this.#hide(event.item); return;
      case "coins-changed": this.#self(event.character, (self, character) => { self.coins = character.coins; }); return;
      case "vitals-changed": this.#self(event.character, (self, character) => { self.health = character.health; self.vigour = character.vigour; }); return;
      case "quest-changed": this.#self(event.character, (self) => { self.quests.set(event.quest, this.#buildQuest(event.quest, event.to)); }); return;
      case "character-entered": {
        this.#enter(event.character);
        for (const item of event.items) this.#refreshItem(item.id);
        return;
      }
      case "character-withdrew": this.#leave(event.character); return;
      case "character-moved": {
        this.#shownCharacter(event.from, event.character, false);
        if (event.toArea !== this.#area.id) this.#leave(event.character);
        else {
          this.#shownCharacter(event.to, event.character, true);
          this.#self(event.character, (self) => { self.room_id = event.to; });
        }
        return;
      }
      case "character-renamed":
      case "position-changed":
      case "afk-changed":
      case "link-changed": {
        const character = this.#area.characters.get(event.character);
        if (character === undefined) return;
        const shown = this.view.rooms.get(character.room)?.characters.get(character.id);
        if (shown !== undefined) describeCharacter(shown, character);
        this.touched.rooms.add(character.room);
        this.#self(character.id, (self) => { self.position = character.position; self.name = character.name; });
        return;
      }
      case "npc-moved": {
        this.#hideNpc(event.from, event.npc);
        this.#showNpc(event.npc);
        return;
      }
      case "npc-left": this.#hideNpc(event.from, event.npc.id); return;
      case "npc-came": this.#showNpc(event.npc.id); return;
      case "npc-gone": {
        const npc = this.#area.npcs.get(event.npc);
        if (npc !== undefined) this.#hideNpc(npc.room, npc.id);
        return;
      }
      case "npc-returned": this.#showNpc(event.npc); return;
      case "door-seen":
      case "door-changed": for (const id of this.#area.rooms.keys()) if (this.#content.rooms.get(id)?.exits.some((exit) => exit.door === event.door)) this.#refreshExits(id); return;
      default: return;
    }
  }

  /** All of a room anew: when it is built, and when light comes or goes. */
  #fillRoom(id: RoomId, room: RoomView, description: string): void {
    const def = this.#content.rooms.get(id)!;
    room.dark = !isRoomLit(this.#area, def);
    room.title = room.dark ? "Darkness" : def.title;
    room.description = room.dark ? TOO_DARK : description;
    const exits = def.exits.filter((exit) => !exit.hidden);
    while (room.exits.length < exits.length) room.exits.push(new ExitView());
    this.#fillExits(id, room);
    this.touched.rooms.add(id);
    if (room.dark) {
      room.characters.clear();
      room.npcs.clear();
      for (const item of [...room.items.keys()]) this.#hide(item as ItemId);
      return;
    }
    const state = this.#area.rooms.get(id);
    for (const npc of state?.npcs ?? []) this.#showNpc(npc);
    for (const character of state?.characters ?? []) this.#shownCharacter(id, character, true);
    for (const item of this.#area.contents.get(`room:${id}`) ?? []) this.#refreshItem(item);
  }

  #fillExits(id: RoomId, room: RoomView): void {
    let index = 0;
    for (const exit of this.#content.rooms.get(id)!.exits) {
      if (exit.hidden) continue;
      const shown = room.exits[index++]!;
      const door = exit.door === null ? undefined : this.#area.doors.get(exit.door);
      shown.name = exit.name;
      shown.to = room.dark ? "" : exit.to;
      shown.to_title = room.dark ? "" : this.#content.rooms.get(exit.to)?.title ?? "";
      shown.door = door === undefined ? "" : door.open ? "open" : door.locked ? "locked" : "closed";
      shown.door_name = exit.door === null ? "" : this.#content.doors.get(exit.door)?.name ?? "";
    }
  }

  #refreshExits(id: RoomId): void {
    const room = this.view.rooms.get(id);
    if (room === undefined) return;
    this.#fillExits(id, room);
    this.touched.rooms.add(id);
  }

  #enter(character: Character): void {
    const self = new SelfView();
    self.id = character.id;
    self.name = character.name;
    self.room_id = character.room;
    self.health = character.health;
    self.vigour = character.vigour;
    self.position = character.position;
    self.coins = character.coins;
    for (const [id, progress] of character.quests) self.quests.set(id, this.#buildQuest(id, progress));
    this.view.selves.set(character.id, self);
    this.touched.selves.add(character.id);
    this.#shownCharacter(character.room, character.id, true);
  }

  #leave(id: CharacterId): void {
    for (const item of this.view.selves.get(id)?.items.keys() ?? []) this.#shown.delete(item as ItemId);
    this.view.selves.delete(id);
    for (const [room, view] of this.view.rooms.entries()) {
      if (view.characters.delete(id)) this.touched.rooms.add(room as RoomId);
    }
  }

  #shownCharacter(room: RoomId, id: CharacterId, present: boolean): void {
    const view = this.view.rooms.get(room);
    if (view === undefined) return;
    this.touched.rooms.add(room);
    if (!present) {
      view.characters.delete(id);
      return;
    }
    const character = this.#area.characters.get(id);
    if (character === undefined || view.dark) return;
    const shown = new CharacterView();
    shown.id = id;
    shown.name = character.name;
    describeCharacter(shown, character);
    view.characters.set(id, shown);
  }

  #buildNpc(npc: Npc): NpcView {
    const shown = new NpcView();
    shown.id = npc.id;
    shown.kind = npc.kind;
    const kind = this.#content.npcs.get(npc.kind);
    shown.name = kind?.name ?? npc.kind;
    shown.word = kind?.keywords[0] ?? "";
    return shown;
  }

  #showNpc(id: Npc["id"]): void {
    const npc = this.#area.npcs.get(id);
    if (npc === undefined || npc.goneUntilMs !== null) return;
    const room = this.view.rooms.get(npc.room);
    if (room === undefined || room.dark) return;
    room.npcs.set(id, this.#buildNpc(npc));
    this.touched.rooms.add(npc.room);
  }

  #hideNpc(room: RoomId, id: Npc["id"]): void {
    this.view.rooms.get(room)?.npcs.delete(id);
    this.touched.rooms.add(room);
  }

  #buildQuest(id: string, progress: { readonly state: string; readonly step: number }): QuestView {
    const def = this.#content.quests.get(id as never);
    const shown = new QuestView();
    shown.id = id;
    shown.name = def?.name ?? id;
    shown.state = progress.state;
    shown.step_text = progress.state === "active" ? def?.steps[progress.step]?.text ?? "" : "";
    return shown;
  }

  #self(id: CharacterId, change: (self: SelfView, character: Character) => void): void {
    const self = this.view.selves.get(id);
    const character = this.#area.characters.get(id);
    if (self === undefined || character === undefined) return;
    change(self, character);
    this.touched.selves.add(id);
  }

  /** The room or character in whose keeping an item is, through the things it is in. */
  #keeper(item: Item): { holder: Holder; in: string } | null {
    let { at } = item;
    let within = "";
    for (let depth = 0; depth < 16; depth++) {
      const { kind, id } = splitHolder(at);
      if (kind !== "item") return kind === "room" || kind === "char" ? { holder: at, in: within } : null;
      if (within === "") within = id;
      const outer = this.#area.items.get(id as ItemId);
      if (outer === undefined) return null;
      at = outer.at;
    }
    return null;
  }

  /** Shows an item where it is now, as a new instance when its holder changed; its contents go with it. */
  #refreshItem(id: ItemId): void {
    const item = this.#area.items.get(id);
    if (item === undefined) {
      this.#hide(id);
      return;
    }
    this.#show(item);
    for (const inner of this.#area.contents.get(`item:${id}`) ?? []) this.#refreshItem(inner);
  }

  #show(item: Item): void {
    const keeper = this.#keeper(item);
    const before = this.#shown.get(item.id);
    if (before !== undefined && before !== keeper?.holder) this.#hide(item.id);
    if (keeper === null) return;
    const { kind, id } = splitHolder(keeper.holder);
    const def = this.#content.items.get(item.kind)!;
    const name = kindNoun(def, item.quantity).text;
    if (kind === "char") {
      const self = this.view.selves.get(id);
      if (self === undefined) return;
      const shown = self.items.get(item.id) ?? new OwnItemView();
      shown.id = item.id;
      shown.kind = item.kind;
      shown.name = name;
      shown.word = def.keywords[0] ?? "";
      shown.quantity = item.quantity;
      shown.slot = item.slot ?? "";
      shown.in = keeper.in;
      if (!self.items.has(item.id)) self.items.set(item.id, shown);
      this.#shown.set(item.id, keeper.holder);
      this.touched.selves.add(id as CharacterId);
      return;
    }
    // What lies in a container in a room is seen by looking into it.
    if (keeper.in !== "") {
      this.#hide(item.id);
      return;
    }
    const room = this.view.rooms.get(id);
    if (room === undefined || room.dark) return;
    const shown = room.items.get(item.id) ?? new ItemView();
    shown.id = item.id;
    shown.kind = item.kind;
    shown.name = name;
    shown.word = def.keywords[0] ?? "";
    shown.quantity = item.quantity;
    if (!room.items.has(item.id)) room.items.set(item.id, shown);
    this.#shown.set(item.id, keeper.holder);
    this.touched.rooms.add(id as RoomId);
  }

  #hide(id: ItemId): void {
    const holder = this.#shown.get(id);
    if (holder === undefined) return;
    this.#shown.delete(id);
    const { kind, id: holderId } = splitHolder(holder);
    if (kind === "room") {
      this.view.rooms.get(holderId)?.items.delete(id);
      this.touched.rooms.add(holderId as RoomId);
    } else {
      this.view.selves.get(holderId)?.items.delete(id);
      this.touched.selves.add(holderId as CharacterId);
    }
  }
}

function describeCharacter(shown: CharacterView, character: Character): void {
  shown.name = character.name;
  shown.position = character.position;
  shown.afk = character.afk !== null;
  shown.link_dead = character.linkDead;
}

