/** Who was where is remembered as long as somebody may come back and ask, and not of more people than there is room for. */
import { expect, test } from "vitest";
import type { CharacterId, RoomId } from "../engine/ids.ts";
import { MAX_STAYS_REMEMBERED, STAYS_KEPT, STAYS_REMEMBERED_MS } from "../limits.ts";
import { Stays } from "./stays.ts";

const inn = "inn" as RoomId;
const ann = "ann" as CharacterId;
const who = (number: number): CharacterId => `c${number}` as CharacterId;
const stay = { room: inn, from: 0, entered: true, continues: false };

test("a stay ends once; of many the newest are kept", () => {
  const stays = new Stays();
  for (let from = 0; from < STAYS_KEPT + 5; from += 1) {
    stays.came(ann, { ...stay, from });
    stays.went(ann, from + 1, 0);
    stays.went(ann, from + 9, 0);
  }
  expect(stays.of(ann)).toHaveLength(STAYS_KEPT);
  expect(stays.of(ann).at(-1)).toMatchObject({ from: STAYS_KEPT + 4, until: STAYS_KEPT + 5 });
});

test("whoever left long ago is forgotten, whoever is there is not", () => {
  const stays = new Stays();
  stays.came(ann, stay);
  stays.came(who(1), stay);
  stays.went(who(1), 5, 0);
  stays.came(who(2), stay);
  stays.went(who(2), 5, STAYS_REMEMBERED_MS + 1);
  expect([ann, who(1), who(2)].map((id) => stays.of(id).length)).toEqual([1, 0, 1]);
});

test("of too many, those who left first are forgotten", () => {
  const stays = new Stays();
  stays.came(ann, stay);
  for (let number = 0; number < MAX_STAYS_REMEMBERED + 10; number += 1) {
    stays.came(who(number), stay);
    stays.went(who(number), 1, number);
  }
  expect(stays.of(ann)).toHaveLength(1);
  expect(stays.of(who(5))).toEqual([]);
  expect(stays.of(who(MAX_STAYS_REMEMBERED + 9))).toHaveLength(1);
});
