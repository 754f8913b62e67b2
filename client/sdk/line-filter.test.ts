/** No line is shown twice, however late a server sends it again. */
import { expect, test } from "vitest";
import type { RoomMessage } from "../../src/protocol/server-messages.ts";
import { HEARD_KEPT, MAX_LINE_IDS } from "./bounds.ts";
import { LineFilter } from "./line-filter.ts";

const line = (id: string, number?: number): RoomMessage => ({ type: "room_message", id, room_id: "inn", message: id, message_type: "say", ...(number === undefined ? {} : { line: number }) });

test("a tell is known again after more talk in the room than ids of it are kept", () => {
  const filter = new LineFilter();
  expect(filter.fresh([line("tell")])).toHaveLength(1);
  for (let number = 1; number <= MAX_LINE_IDS + 10; number += 1) filter.fresh([line(`inn:${number}`, number)]);
  expect(filter.fresh([line("tell"), line(`inn:${MAX_LINE_IDS}`, MAX_LINE_IDS), line("new")]).map(({ id }) => id)).toEqual(["new"]);
});

test("the next session knows the newest of both again", () => {
  const filter = new LineFilter();
  filter.fresh([line("tell")]);
  for (let number = 1; number <= 2 * HEARD_KEPT; number += 1) filter.fresh([line(`inn:${number}`, number)]);
  const heard = filter.last(HEARD_KEPT);
  expect(heard).toHaveLength(HEARD_KEPT);
  expect(new LineFilter(heard).fresh([line("tell"), line(`inn:${2 * HEARD_KEPT}`, 1), line("new")]).map(({ id }) => id)).toEqual(["new"]);
});
