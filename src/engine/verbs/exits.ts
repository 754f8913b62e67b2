import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import { bringsLight, exitDoorNoun, exitNoun, isShut } from "./room-text.ts";

export const exits: CommandModule = {
  name: "exits",
  aliases: [],
  rank: 45,
  group: "looking",
  usage: ["exits"],
  help: "Lists the ways out of this place and where they lead. A way that nobody would notice is not listed.",
  positions: AWAKE,

  decide(turn) {
    const ways = turn.room.exits.filter((exit) => !exit.hidden);
    if (ways.length === 0) return turn.toActor("look.no_exits", {}, "room_exits");
    turn.toActor("exits.title", {}, "room_exits");
    for (const way of ways) {
      const exit = exitNoun(way.name);
      if (isShut(turn, way)) turn.toActor("exits.closed", { exit, door: exitDoorNoun(turn, way) }, "room_exits");
      else if (turn.isLit(way.to) || bringsLight(turn)) turn.toActor("exits.open", { exit, title: turn.roomDef(way.to).title }, "room_exits");
      else turn.toActor("exits.dark", { exit }, "room_exits");
    }
  },
};
