/** Somebody leaves the world, or their connection comes and goes. */
import { assert } from "./assert.ts";
import type { EngineContext } from "./context.ts";
import type { Accepted } from "./decision.ts";
import type { CharacterId } from "./ids.ts";
import { callOff } from "./trading.ts";
import { Turn } from "./turn.ts";
import type { ReadonlyArea } from "./world.ts";

/** Why somebody is put away: they said so, their connection did not come back, the server stops, or they play elsewhere. */
export type Departure = "quit" | "link-dead" | "shutdown" | "replaced" | "kicked";

/** Puts a character away; its row stays where it is. */
export function decideDeparture(area: ReadonlyArea, actor: CharacterId, why: Departure, ctx: EngineContext): Accepted {
  const turn = turnOf(area, actor, ctx);
  callOff(turn);
  turn.toOthers(`depart.${why}`, { actor: turn.me }, "move");
  turn.event({ type: "character-withdrew", character: actor });
  return turn.accept();
}

/** The connection of a character is gone, or is back. Nothing happens when that is known already. */
export function decideLink(area: ReadonlyArea, actor: CharacterId, linkDead: boolean, ctx: EngineContext): Accepted {
  const turn = turnOf(area, actor, ctx);
  if (turn.actor.linkDead !== linkDead) {
    if (linkDead) callOff(turn);
    turn.event({ type: "link-changed", character: actor, linkDead });
    turn.toOthers(linkDead ? "link.lost" : "link.back", { actor: turn.me }, "move");
  }
  return turn.accept();
}

function turnOf(area: ReadonlyArea, actor: CharacterId, ctx: EngineContext): Turn {
  const character = area.characters.get(actor);
  assert(character !== undefined, `${actor} is not in ${area.id}`);
  return new Turn(area, character, ctx);
}
