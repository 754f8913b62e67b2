/** Everything that must hold in an area at any moment; checked after every apply in tests and simulations. */
import { assert } from "./assert.ts";
import { splitHolder } from "./ids.ts";
import { ignoresAnybody } from "./ignoring.ts";
import type { AreaState } from "./world.ts";
import type { ItemId } from "./ids.ts";

/** Throws BrokenInvariant with the first thing that is wrong. */
export function checkInvariants(area: AreaState): void {
  for (const item of area.items.values()) {
    assert(area.contents.get(item.at)?.has(item.id) === true, `${item.id} is not on the shelf ${item.at}`);
    assert(Number.isSafeInteger(item.quantity) && item.quantity > 0, `${item.id} has quantity ${item.quantity}`);
    assert(item.slot === null || item.at.startsWith("char:"), `${item.id} is worn by ${item.at}`);
    assert(!(item.open && item.locked), `${item.id} is open and locked`);
    const holder = splitHolder(item.at);
    if (holder.kind === "char") assert(area.characters.has(holder.id as never), `${item.id} is with ${holder.id}, who is not here`);
    if (holder.kind === "item") assert(area.items.has(holder.id as ItemId), `${item.id} is in ${holder.id}, which is not here`);
    if (holder.kind === "room") assert(area.rooms.has(holder.id as never), `${item.id} is in ${holder.id}, which is not here`);
    assert(holder.kind !== "escrow", `${item.id} is in escrow and in memory`);
  }
  for (const [holder, shelf] of area.contents) {
    assert(shelf.size > 0, `${holder} keeps an empty shelf`);
    for (const id of shelf) assert(area.items.get(id)?.at === holder, `${id} is on the shelf ${holder} but elsewhere`);
  }
  for (const character of area.characters.values()) {
    assert(area.rooms.get(character.room)?.characters.has(character.id) === true, `${character.name} is not in ${character.room}`);
    assert(Number.isSafeInteger(character.coins) && character.coins >= 0, `${character.name} has ${character.coins} coins`);
    assert(area.ignorers.has(character.id) === ignoresAnybody(character), `${character.name} is listed wrongly among those who ignore somebody`);
  }
  for (const id of area.ignorers) assert(area.characters.has(id), `${id}, who ignores somebody, is not here`);
  for (const room of area.rooms.values()) {
    for (const id of room.characters) assert(area.characters.get(id)?.room === room.id, `${id} is listed in ${room.id} but elsewhere`);
    for (const id of room.npcs) assert(area.npcs.get(id)?.room === room.id, `${id} is listed in ${room.id} but elsewhere`);
  }
  for (const [id, side] of area.trades) {
    const [own, other] = [area.characters.get(id), area.characters.get(side.with)];
    assert(own !== undefined && other !== undefined && own.room === other.room, `${id} trades with ${side.with}, who is not there`);
    assert(side.coins >= 0 && side.things.every(({ quantity }) => quantity > 0), `${id} offers less than nothing`);
  }
  for (const door of area.doors.values()) assert(!(door.open && door.locked), `${door.id} is open and locked`);
}
