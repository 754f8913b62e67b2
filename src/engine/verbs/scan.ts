import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import { atMost, exitNoun, isShut } from "./room-text.ts";

export const scan: CommandModule = {
  name: "scan",
  aliases: [],
  rank: 60,
  group: "looking",
  usage: ["scan"],
  help: "Looks one step along every way out and tells who is there. Closed doors and the dark hide people, and so does a border between two parts of the world.",
  positions: AWAKE,

  decide(turn) {
    let seen = false;
    for (const way of turn.room.exits) {
      if (way.hidden || isShut(turn, way) || !turn.area.rooms.has(way.to) || !turn.isLit(way.to)) continue;
      const people = [...turn.others(way.to).map((other) => turn.characterNoun(other)), ...turn.npcs(way.to).map((npc) => turn.npcNoun(npc))];
      if (people.length === 0) continue;
      seen = true;
      turn.toActor("scan.room", { exit: exitNoun(way.name), title: turn.roomDef(way.to).title, people: atMost(people, (noun) => noun) }, "info");
    }
    if (!seen) turn.toActor("scan.nobody", {}, "info");
  },
};
