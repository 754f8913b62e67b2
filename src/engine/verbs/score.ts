import type { CommandModule } from "../command.ts";
import { ANY_POSITION } from "../command.ts";
import { countText } from "../nouns.ts";
import type { Turn } from "../turn.ts";
import { MAX_HEALTH, MAX_VIGOUR } from "../world.ts";

/** From which share on which words hold, best first. */
const HEALTH = [[0.9, "score.health_fine"], [0.6, "score.health_fair"], [0.3, "score.health_poor"], [0, "score.health_bad"]] as const;
const VIGOUR = [[0.9, "score.vigour_fine"], [0.6, "score.vigour_fair"], [0.3, "score.vigour_poor"], [0, "score.vigour_bad"]] as const;
const POSITION = { standing: "score.standing", sitting: "score.sitting", resting: "score.resting", sleeping: "score.sleeping" } as const;

export const score: CommandModule = {
  name: "score",
  aliases: ["sc"],
  rank: 40,
  group: "yourself",
  usage: ["score"],
  help: "Tells how you are: health and vigour, purse, position, time in the world and quests.",
  positions: ANY_POSITION,

  decide(turn) {
    const { actor } = turn;
    turn.toActor(actor.guest ? "score.guest" : "score.name", { person: turn.characterNoun(actor) }, "info");
    turn.toActor(wordsFor(HEALTH, actor.health / MAX_HEALTH), { value: Math.round(actor.health), max: MAX_HEALTH }, "info");
    turn.toActor(wordsFor(VIGOUR, actor.vigour / MAX_VIGOUR), { value: Math.round(actor.vigour), max: MAX_VIGOUR }, "info");
    turn.toActor(actor.coins === 1 ? "score.coin" : "score.coins", { coins: countText(actor.coins) }, "info");
    turn.toActor(POSITION[actor.position], { title: turn.room.title }, "info");
    tellPlaytime(turn);
    tellQuests(turn);
  },
};

function wordsFor(levels: readonly (readonly [number, string])[], share: number): string {
  return (levels.find(([least]) => share >= least) ?? levels.at(-1)!)[1];
}

function tellPlaytime(turn: Turn): void {
  const hours = Math.floor(turn.actor.playtimeS / 3600);
  const key = hours === 0 ? "score.playtime_short" : hours === 1 ? "score.playtime_hour" : "score.playtime";
  turn.toActor(key, { hours: countText(hours) }, "info");
}

function tellQuests(turn: Turn): void {
  let active = 0;
  let done = 0;
  for (const progress of turn.actor.quests.values()) {
    if (progress.state === "active") active += 1;
    else done += 1;
  }
  turn.toActor("score.quests", { active, done }, "info");
}
