/** Help and lists of commands, made from the commands themselves and from the topics of the world. */
import { ANY_POSITION, COMMAND_GROUPS, type CommandGroup, type CommandModule } from "../command.ts";
import type { HelpTopic } from "../content.ts";
import type { Noun, Refused } from "../decision.ts";
import type { Turn } from "../turn.ts";
import { ROLES } from "../world.ts";
import { findChannel } from "./channels.ts";

/** The table of commands holds these commands too, so they are given a way to it instead of importing it. */
export interface CommandTable {
  all(): readonly CommandModule[];
  /** By name, alias or beginning of one. */
  find(word: string): CommandModule | undefined;
  suggest(word: string, turn: Turn): readonly string[];
}

const GROUP: Readonly<Record<CommandGroup, string>> = {
  moving: "help.moving", looking: "help.looking", things: "help.things", talking: "help.talking",
  people: "help.people", trading: "help.trading", yourself: "help.yourself", world: "help.world", staff: "help.staff",
};

export const helpCommands = (table: CommandTable): readonly CommandModule[] => [
  {
    name: "help",
    aliases: ["?"],
    rank: 40,
    group: "world",
    usage: ["help", "help <command>", "help <topic>"],
    help: "Explains commands and how the world works. The beginning of a word is enough.",
    positions: ANY_POSITION,
    decide: (turn, args) => (args.text === "" ? overview(turn, table) : explain(turn, table, args.text.toLowerCase())),
  },
  {
    name: "commands",
    aliases: [],
    rank: 70,
    group: "world",
    usage: ["commands"],
    help: "Lists all commands. help and a command's name explains it.",
    positions: ANY_POSITION,
    decide: (turn) => listCommands(turn, table),
  },
  {
    name: "socials",
    aliases: [],
    rank: 70,
    group: "world",
    usage: ["socials"],
    help: "Lists the ready-made gestures, such as smile. Each can be used alone or with somebody's name.",
    positions: ANY_POSITION,
    decide(turn) {
      const names = [...turn.ctx.content.socials.keys()].toSorted();
      if (names.length === 0) return turn.refuse("nothing_here", "socials.none");
      turn.toActor("socials.list", { socials: names.map((name) => commandNoun(name, name)) }, "help");
    },
  },
];

/** Does the actor's role allow the command? What it does not allow, it does not show either. */
export const mayUse = (turn: Turn, command: CommandModule): boolean => command.role === undefined || ROLES.indexOf(turn.actor.role) >= ROLES.indexOf(command.role);

const commandNoun = (text: string, command: string): Noun => ({ text, type: "command", id: command, command });
const helpNoun = (name: string): Noun => commandNoun(name, `help ${name}`);

function overview(turn: Turn, table: CommandTable): void {
  turn.toActor("help.intro", {}, "help");
  listCommands(turn, table);
  const topics = turn.ctx.content.help.map((topic) => topic.name).toSorted();
  if (topics.length > 0) turn.toActor("help.topics", { topics: topics.map(helpNoun) }, "help");
}

function listCommands(turn: Turn, table: CommandTable): void {
  for (const group of COMMAND_GROUPS) {
    const names = table.all().filter((command) => command.group === group && mayUse(turn, command)).map((command) => command.name);
    if (names.length > 0) turn.toActor(GROUP[group], { commands: names.map(helpNoun) }, "help");
  }
}

/** What is so called comes first, then what begins so; a command and a topic of one name are both told. */
function explain(turn: Turn, table: CommandTable, word: string): Refused | void {
  const topics = turn.ctx.content.help;
  const begun = table.find(word);
  const known = begun !== undefined && mayUse(turn, begun) ? begun : undefined;
  const command = known !== undefined && (known.name === word || known.aliases.includes(word)) ? known : undefined;
  const topic = topics.find((candidate) => candidate.name === word) ?? (command === undefined ? topics.find((candidate) => candidate.keywords.includes(word)) : undefined);
  if (command !== undefined || topic !== undefined) return show(turn, command, topic);

  if (turn.ctx.content.socials.has(word)) return turn.toActor("help.social", { social: commandNoun(word, word) }, "help");
  const channel = findChannel(turn, word);
  if (channel !== undefined) return turn.toActor("help.channel", { name: channel.name, text: channel.description }, "help");
  const near = known === undefined ? topics.find((candidate) => candidate.name.startsWith(word) || candidate.keywords.some((keyword) => keyword.startsWith(word))) : undefined;
  if (known !== undefined || near !== undefined) return show(turn, known, near);

  const guesses = table.suggest(word, turn);
  if (guesses.length > 0) return turn.refuse("no_such_topic", "help.did_you_mean", { word, guesses: guesses.map(helpNoun) });
  return turn.refuse("no_such_topic", "help.unknown", { word });
}

function show(turn: Turn, command: CommandModule | undefined, topic: HelpTopic | undefined): void {
  if (command !== undefined) {
    turn.toActor("help.command", { command: commandNoun(command.name, command.name), text: command.help }, "help");
    for (const usage of command.usage) turn.toActor("help.usage", { usage }, "help");
    const others = command.aliases.filter((name) => name !== command.name);
    if (others.length > 0) turn.toActor("help.aliases", { aliases: others.map((name) => commandNoun(name, name)) }, "help");
  }
  if (topic !== undefined) turn.toActor("prose", { text: topic.text.trim() }, "help");
}
