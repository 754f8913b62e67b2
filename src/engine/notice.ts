/** Somebody is told that post is waiting for them. */
import { assert } from "./assert.ts";
import type { EngineContext } from "./context.ts";
import type { Accepted } from "./decision.ts";
import type { CharacterId } from "./ids.ts";
import type { Letter } from "./post.ts";
import { Turn } from "./turn.ts";
import { farNoun } from "./verbs/people.ts";
import type { ReadonlyArea } from "./world.ts";

/** Tells of these letters; there is at least one. */
export function decideNotice(area: ReadonlyArea, to: CharacterId, letters: readonly Letter[], ctx: EngineContext): Accepted {
  const character = area.characters.get(to);
  assert(character !== undefined, `${to} is not in ${area.id}`);
  const turn = new Turn(area, character, ctx);
  const people = [...new Map(letters.map((letter) => [letter.from, farNoun({ id: letter.from, name: letter.fromName })])).values()];
  turn.toTarget(to, "mail.notice", { people }, "system");
  return turn.accept();
}
