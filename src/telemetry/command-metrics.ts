/** What players ask for and what comes of it: commands, messages turned away, arrivals, refusals at the door. */
import type { Registry } from "prom-client";
import type { Count, Distribution } from "./instruments.ts";
import { counter, histogram, LATENCY_BUCKETS_S } from "./instruments.ts";

export interface AnsweredCommand {
  /** As it was typed. */
  readonly line: string;
  readonly status: string;
  readonly code: string | undefined;
  /** Something of it was committed. */
  readonly durable: boolean;
  readonly ms: number;
}

/** How somebody comes into an area; `moved`: with the area, when that changes hands. */
export type JoinKind = "login" | "walk" | "resume" | "moved";

export interface CommandMetrics {
  readonly answered: (command: AnsweredCommand) => void;
  /** A message that is not carried out, by the code it is answered with. */
  readonly turnedAway: (code: string) => void;
  /** `complete`: everything that was missed could be sent again. */
  readonly joined: (kind: JoinKind, complete: boolean) => void;
  readonly joinRefused: (code: string) => void;
}

/** A longer word is no command; looking at it would cost what players choose. */
const MAX_NAME_CHARS = 20;

const JOINS: readonly JoinKind[] = ["login", "walk", "resume", "moved"];

/** `nameOf`: the command that a word is a name or an alias of. */
export function createCommandMetrics(registry: Registry, nameOf: (word: string) => string | undefined, names: readonly string[]): CommandMetrics {
  const commands = counter(registry, { name: "waystone_commands_total", help: "Answered commands.", labels: ["class", "status", "code"] });
  const seconds = histogram(registry, { name: "waystone_command_seconds", help: "From taking a command on to its reply.", labels: ["class"], buckets: LATENCY_BUCKETS_S });
  const byName = counter(registry, { name: "waystone_commands_by_name_total", help: "Answered command lines, by the command that the first word names in full or by an alias.", labels: ["command"] });
  const turned = counter(registry, { name: "waystone_turned_away_total", help: "Messages not carried out, by code; E_RATE: sent faster than a connection may.", labels: ["code"] });
  const joins = counter(registry, { name: "waystone_joins_total", help: "Characters let into an area of this process.", labels: ["kind"] });
  const resumes = counter(registry, { name: "waystone_resumes_total", help: "Characters that came back after a cut, by whether all they had missed could be sent again.", labels: ["result"] });
  const refused = counter(registry, { name: "waystone_joins_refused_total", help: "Attempts to come in that were refused, by code.", labels: ["code"] });

  const latency: Record<"durable" | "ephemeral", Distribution> = { durable: seconds.with("durable"), ephemeral: seconds.with("ephemeral") };
  const named = new Map<string, Count>(names.map((name) => [name, byName.with(name)]));
  const unnamed = byName.with("other");
  const joinCounts = Object.fromEntries(JOINS.map((kind) => [kind, joins.with(kind)])) as Record<JoinKind, Count>;
  const complete = resumes.with("complete");
  const gaps = resumes.with("gaps");
  const ok = { durable: commands.with("durable", "ok", ""), ephemeral: commands.with("ephemeral", "ok", "") };
  turned.with("E_RATE");
  return {
    answered: ({ line, status, code, durable, ms }) => {
      const kind = durable ? "durable" : "ephemeral";
      (status === "ok" && code === undefined ? ok[kind] : commands.with(kind, status, code ?? "")).inc();
      latency[kind].observe(ms / 1000);
      (named.get(nameOf(firstWord(line)) ?? "") ?? unnamed).inc();
    },
    turnedAway: (code) => turned.with(code).inc(),
    joined: (kind, isComplete) => {
      joinCounts[kind].inc();
      if (kind === "resume") (isComplete ? complete : gaps).inc();
    },
    joinRefused: (code) => refused.with(code).inc(),
  };
}

function firstWord(line: string): string {
  const text = line.trimStart();
  const end = text.search(/[\s;]/);
  return text.slice(0, Math.min(end === -1 ? text.length : end, MAX_NAME_CHARS)).toLowerCase();
}
