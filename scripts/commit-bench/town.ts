/** People in ten areas who walk, take, drop and pay each other: the durable commands that players give most. */
import type { DurableEvent } from "../../src/engine/events.ts";
import { asId, type AreaId, type CharacterId, type ItemId, type RoomId } from "../../src/engine/ids.ts";
import { newId } from "../../src/persistence/new-id.ts";
import type { Sql } from "../../src/persistence/sql.ts";
import type { CommitUnit } from "../../src/runtime/ports.ts";

const AREAS = 10;
/** Things that lie about, so that the tables are not empty. */
const OTHER_THINGS = 100_000;
const PROCESS = "bench";

interface Person { readonly id: CharacterId; readonly item: ItemId; readonly area: AreaId; readonly rooms: readonly [RoomId, RoomId]; seq: number; turn: number }

export class Town {
  readonly people: readonly Person[];

  constructor(people: number) {
    this.people = Array.from({ length: people }, (_, n) => {
      const area = `harbour_${n % AREAS}`;
      return { id: asId(newId()), item: asId(newId()), area: asId(area), rooms: [asId(`${area}_quay`), asId(`${area}_ropewalk`)], seq: 0, turn: 0 };
    });
  }

  async furnish(sql: Sql): Promise<void> {
    await sql.query(`insert into process (id, slot, address, expires_at, steady_since) values ('${PROCESS}', 's', 'a', now() + interval '1 day', now())`);
    await sql.query(`insert into area_owner (area_id, process_id, epoch) select 'harbour_' || n, '${PROCESS}', 1 from generate_series(0, ${AREAS - 1}) as n`);
    const ids = this.people.map(({ id }) => id);
    await sql.query("insert into account (id, username, name_key) select id, id, id from unnest($1::text[]) as id", [ids]);
    await sql.query(
      `insert into character (id, account_id, name, name_key, room_id, settings, health, vigour, coins)
       select id, id, id, id, room, '{}', 100, 100, 1000000 from unnest($1::text[], $2::text[]) as x(id, room)`, [ids, this.people.map(({ rooms }) => rooms[0])],
    );
    await sql.query("insert into item (id, kind, location) select id, 'lantern', 'room:' || room from unnest($1::text[], $2::text[]) as x(id, room)",
      [this.people.map(({ item }) => item), this.people.map(({ rooms }) => rooms[0])]);
    await sql.query(`insert into item (id, kind, location) select 'thing-' || n, 'lantern', 'room:attic_' || n % 5000 from generate_series(1, ${OTHER_THINGS}) as n`);
    await sql.query("vacuum analyze");
  }

  /** The next command of somebody whose last one is committed. */
  next(n: number): CommitUnit {
    const person = this.people[n]!;
    const turn = person.turn;
    person.turn += 1;
    person.seq += 1;
    const { command, events, room, text } = this.#deed(n, person, turn % 8);
    return {
      area: person.area, epoch: 1, actor: person.id, room, request: { seq: person.seq, step: 0 }, command, events,
      reply: {
        type: "response", id: `req_${person.seq}`, seq: person.seq, status: "ok",
        messages: [{ message: text, message_type: "action", refs: [{ text: "a brass lantern", type: "item", id: person.item }] }],
      },
    };
  }

  /** Of eight: three steps, two takings, two droppings, one gift of coins. After eight all is where it was. */
  #deed(n: number, { id, item, rooms: [quay, ropewalk] }: Person, turn: number): { command: string; room: RoomId; text: string; events: DurableEvent[] } {
    const here = turn === 0 || turn >= 6 ? quay : ropewalk;
    const walk = (from: RoomId, to: RoomId): DurableEvent[] => [{ type: "character-moved", character: id, from, to, toArea: this.people[n]!.area }];
    switch (turn) {
      case 0: case 4: return { command: "get lantern", room: here, text: "You pick up a brass lantern, and look at it from all sides; it is heavier than it looks.", events: [{ type: "item-moved", item, from: `room:${here}`, to: `char:${id}`, slot: null }] };
      case 1: return { command: "north", room: quay, text: "You walk along the ropewalk, where hemp hangs from hooks and everything smells of tar.", events: walk(quay, ropewalk) };
      case 2: {
        const neighbour = this.people[n ^ 1] ?? this.people[0]!;
        return { command: "give 3 coins to ben", room: here, text: "You give three coins to Ben, who counts them twice.", events: [
          { type: "coins-changed", character: id, delta: -3, cause: "give" }, { type: "coins-changed", character: neighbour.id, delta: 3, cause: "give" }] };
      }
      case 3: case 7: return { command: "drop lantern", room: here, text: "You put down a brass lantern, carefully, because its glass is cracked already.", events: [{ type: "item-moved", item, from: `char:${id}`, to: `room:${here}`, slot: null }] };
      case 5: return { command: "south", room: ropewalk, text: "You step out on the quay, into wind and the crying of gulls.", events: walk(ropewalk, quay) };
      default: return { command: "north", room: quay, text: "You look into the ropewalk and come back at once: it is dark in there.", events: [...walk(quay, ropewalk), ...walk(ropewalk, quay)] };
    }
  }
}
