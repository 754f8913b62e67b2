/** Channels: talk that reaches everybody who listens, wherever they are. */
import type { CommandModule } from "../command.ts";
import { ANY_POSITION } from "../command.ts";
import type { ChannelDef } from "../content.ts";
import { conflict, type Noun, type Refused } from "../decision.ts";
import type { Turn } from "../turn.ts";
import { refuseIfMuted } from "./muted.ts";
import { farNoun } from "./people.ts";

export const channel: CommandModule = {
  name: "channel",
  aliases: [],
  rank: 61,
  group: "talking",
  usage: ["channel <channel> <words>", "<channel> <words>", "channel <channel> off", "channel <channel> on"],
  help: "Speaks on a channel, or turns it off and on for you. The channel's name alone before your words does the same. channels lists them.",
  positions: ANY_POSITION,

  decide(turn, args) {
    if (args.text === "") return list(turn);
    const [, name = "", text = ""] = /^(\S+)\s*([\s\S]*)$/.exec(args.text) ?? [];
    const def = findChannel(turn, name);
    return def === undefined ? turn.refuse("no_such_channel", "channel.unknown", { word: name }) : useChannel(turn, def, text);
  },
};

export const channels: CommandModule = {
  name: "channels",
  aliases: [],
  rank: 62,
  group: "talking",
  usage: ["channels"],
  help: "Lists the channels, and whether you listen to them.",
  positions: ANY_POSITION,
  decide: (turn) => list(turn),
};

export function findChannel(turn: Turn, name: string): ChannelDef | undefined {
  const word = name.toLowerCase();
  return turn.ctx.content.world.channels.find((def) => def.name.toLowerCase() === word);
}

/** `chat hello` speaks; `chat off` and `chat on` are no talk but switches. */
export function useChannel(turn: Turn, def: ChannelDef, text: string): Refused | void {
  const muted = turn.actor.settings.mutedChannels.includes(def.name);
  if (text === "") return turn.refuse("no_text", muted ? "channel.is_off" : "channel.what", { channel: nounOf(def) });
  if (/^(off|on)$/i.test(text)) return listen(turn, def, text.toLowerCase() === "on");
  if (muted) return turn.refuse("channel_off", "channel.is_off", { channel: nounOf(def) });
  const silenced = refuseIfMuted(turn, text);
  if (silenced !== undefined) return silenced;
  const params = { channel: nounOf(def), actor: farNoun(turn.actor), text };
  turn.toActor("channel.line", params, "channel");
  if (!turn.ctx.farTalk) turn.toActor("far.local_only", {}, "info");
  turn.say({ to: "channel", channel: def.name, except: [turn.actor.id] }, "channel", "channel.line", params, turn.actor.name);
}

function listen(turn: Turn, def: ChannelDef, on: boolean): Refused | void {
  const { settings } = turn.actor;
  const others = settings.mutedChannels.filter((name) => name !== def.name);
  const muted = others.length < settings.mutedChannels.length;
  if (muted !== on) return turn.refuse("already", on ? "channel.already_on" : "channel.already_off", { channel: nounOf(def) });
  turn.reads(conflict.character(turn.actor.id));
  turn.event({ type: "character-changed", character: turn.actor.id, settings: { ...settings, mutedChannels: on ? others : [...others, def.name] } });
  turn.toActor(on ? "channel.on" : "channel.off", { channel: nounOf(def) }, "info");
}

function list(turn: Turn): void {
  const defs = turn.ctx.content.world.channels;
  if (defs.length === 0) return turn.toActor("channels.none", {}, "info");
  for (const def of defs) {
    const muted = turn.actor.settings.mutedChannels.includes(def.name);
    turn.toActor(muted ? "channels.line_off" : "channels.line", { channel: nounOf(def), text: def.description }, "info");
  }
  turn.toActor("channels.hint", { channel: defs[0]!.name }, "info");
}

const nounOf = (def: ChannelDef): Noun => ({ text: def.name, type: "channel", id: def.name });
