/** What is read off the world for the outside: answers about it, what a new character begins with, which areas touch. */
import type { ContentIndex } from "./engine/content.ts";
import type { AreaId } from "./engine/ids.ts";
import { COMMANDS } from "./engine/registry.ts";
import type { CommandsAnswer, WorldAnswer } from "./http/app.ts";
import type { Beginning } from "./persistence/accounts.ts";
import type { WorldNow } from "./world-now.ts";

/** The areas that one can walk to from this one. */
export function neighboursOf(content: ContentIndex, area: AreaId): AreaId[] {
  const beyond = content.areas.get(area)?.rooms.flatMap((room) => content.rooms.get(room)?.exits.flatMap((exit) => content.rooms.get(exit.to)?.area ?? []) ?? []);
  return [...new Set(beyond)].filter((id) => id !== area);
}

/** What a new character begins with. */
export function beginning(content: ContentIndex): Beginning {
  const { start, startCoins, startItems } = content.world;
  return { room: start, coins: startCoins, items: startItems.map(({ kind, quantity }) => ({ kind: content.items.get(kind)!, quantity })) };
}

/** What `GET /api/world` says. */
export function worldAnswer(content: ContentIndex, now: WorldNow): WorldAnswer {
  const { year, month, dayOfMonth, weekday, hour, minute, phase, season } = now.time();
  return {
    name: content.world.name,
    tagline: content.world.tagline,
    areas: [...content.areas.values()].map((area) => ({ id: area.id, name: area.name, rooms: area.rooms.length })),
    time: { year, month, day: dayOfMonth, weekday, hour, minute, phase, season },
    weather: Object.fromEntries([...content.climates.keys()].map((climate) => [climate, now.weather(climate)])),
  };
}

/** What everybody may type. */
export function commandsAnswer(content: ContentIndex): CommandsAnswer {
  return {
    commands: COMMANDS.filter(({ role }) => role === undefined || role === "player").map(({ name, aliases, usage }) => ({ name, aliases, usage })),
    channels: content.world.channels.map(({ name, description }) => ({ name, description })),
    socials: [...content.socials.keys()],
  };
}
