/** The table of commands, and how a typed word finds one. */
import type { CommandModule } from "./command.ts";
import { suggest } from "./parse/suggest.ts";
import { alias, unalias } from "./verbs/alias.ts";
import { ask } from "./verbs/ask.ts";
import { channel, channels } from "./verbs/channels.ts";
import { emote } from "./verbs/emote.ts";
import { examine } from "./verbs/examine.ts";
import { exits } from "./verbs/exits.ts";
import { follow, unfollow } from "./verbs/follow.ts";
import { directions, go } from "./verbs/go.ts";
import { ignore, unignore } from "./verbs/ignore.ts";
import { helpCommands, mayUse } from "./verbs/help.ts";
import { look } from "./verbs/look.ts";
import { rest, sit, sleep, stand, wake } from "./verbs/postures.ts";
import { postCommands } from "./verbs/mail.ts";
import { quests } from "./verbs/quests.ts";
import { say } from "./verbs/say.ts";
import { scan } from "./verbs/scan.ts";
import { report } from "./verbs/report.ts";
import { score } from "./verbs/score.ts";
import { afk, brief, quit, save } from "./verbs/settings.ts";
import { shout } from "./verbs/shout.ts";
import { staffCommands } from "./verbs/staff.ts";
import { reply, tell } from "./verbs/tell.ts";
import { thingCommands } from "./verbs/thing-commands.ts";
import { tradeCommands } from "./verbs/trade.ts";
import { time } from "./verbs/time.ts";
import { weather } from "./verbs/weather.ts";
import { whisper } from "./verbs/whisper.ts";
import { who } from "./verbs/who.ts";

/** Every command of the game, the most wanted first. */
export const COMMANDS: readonly CommandModule[] = [
  ...directions, go, follow, unfollow,
  look, examine, exits, scan,
  ...thingCommands,
  ...tradeCommands, ...postCommands,
  say, emote, whisper, ask, tell, reply, shout, channel, channels,
  who, ignore, unignore, report,
  score, quests, sit, rest, sleep, stand, wake, brief, afk, alias, unalias, save, quit,
  time, weather,
  ...staffCommands,
  ...helpCommands({
    all: () => COMMANDS,
    find: (word) => namedCommand(word) ?? begunCommand(word) ?? commandToFinish(word),
    suggest: (word, turn) => suggest(word, COMMANDS.filter((command) => mayUse(turn, command)).map((command) => command.name)),
  }),
].toSorted((a, b) => a.rank - b.rank);

const byName = new Map<string, CommandModule>();
for (const command of COMMANDS.toReversed()) for (const name of [...command.aliases, command.name]) byName.set(name, command);

/** The command with this name or alias. */
export const namedCommand = (word: string): CommandModule | undefined => byName.get(word);

/**
 * The first by rank whose name begins with a word; failing that, the first with such an alias (`cl` is close
 * rather than climb, another word for go). A command that must be typed in full is none of them.
 */
export function begunCommand(word: string, may: (command: CommandModule) => boolean = () => true): CommandModule | undefined {
  const candidates = COMMANDS.filter((command) => command.exact !== true && may(command));
  return candidates.find((command) => command.name.startsWith(word)) ?? candidates.find((command) => command.aliases.some((alias) => alias.startsWith(word)));
}

/** A command that must be typed in full, of which this is the beginning: `qui`. */
export const commandToFinish = (word: string): CommandModule | undefined => COMMANDS.find((command) => command.exact === true && command.name.startsWith(word));
