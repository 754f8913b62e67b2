/** Keeps what a run saw, for whoever looks into a violation. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Player, Span } from "./evidence.ts";
import { reportLines } from "./report.ts";
import type { ClusterReport } from "./run.ts";

export interface Output {
  readonly name: string;
  readonly output: string;
}

/** Into this folder: what each process printed. Also of a run that failed on the way. */
export async function keepOutputs(folder: string, outputs: readonly Output[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, output } of outputs) await writeFile(join(folder, `${name}.log`), output);
}

/** Into this folder: the report, and what each player asked and was shown, in its order. */
export async function keepEvidence(folder: string, report: ClusterReport): Promise<void> {
  await mkdir(join(folder, "players"), { recursive: true });
  await writeFile(join(folder, "report.txt"), `${reportLines(report).join("\n")}\n`);
  for (const player of report.players) await writeFile(join(folder, "players", `${player.name}.txt`), `${storyOf(player, report.startedMs).join("\n")}\n`);
}

const secondsAt = (atMs: number, startedMs: number): string => ((atMs - startedMs) / 1000).toFixed(3);

/** So long before and after what is charged, in ms. */
const AROUND_MS = 6_000;
const WRONGED_TOLD = 3;

/** What those who were wronged asked and were shown around it: for a run whose evidence nobody keeps. */
export function wrongedStories({ players, verdict, startedMs }: ClusterReport): string[] {
  const wronged = new Map(verdict.charges.flatMap(({ atMs, detail }) => {
    const player = players.find(({ name }) => detail.startsWith(`${name} `));
    return player === undefined ? [] : [[player, atMs] as const];
  }));
  return [...wronged].slice(0, WRONGED_TOLD).flatMap(([player, atMs]) => [`${player.name} around ${secondsAt(atMs, startedMs)} s:`, ...storyOf(player, startedMs, { fromMs: atMs - AROUND_MS, toMs: atMs + AROUND_MS })]);
}

function storyOf({ heard, asked, entered, stood, transfers, states }: Player, startedMs: number, { fromMs, toMs }: Span = { fromMs: -Infinity, toMs: Infinity }): string[] {
  const told = [
    ...heard.map(({ atMs, line: { number, room, id, text }, replayed }) => ({ atMs, text: `  heard ${number ?? "-"} ${room} (${id})${replayed ? " again" : ""}: ${text}` })),
    ...asked.flatMap(({ line, sentMs, answeredMs, status, code, replies }) => [
      { atMs: sentMs, text: `> ${line}` },
      ...(answeredMs === null ? [] : [{ atMs: answeredMs, text: `< ${status} ${code ?? ""} to ${JSON.stringify(line)}: ${replies.join(" / ")}` }]),
    ]),
    ...entered.map(({ atMs, room, line, complete }) => ({ atMs, text: `= welcome to ${room} at ${line}${complete ? "" : ", not complete"}` })),
    ...(states ?? []).map(({ atMs, text }) => ({ atMs, text: `= ${text}` })),
    ...stood.map(({ atMs, room }) => ({ atMs, text: `= stands in ${room}` })),
    ...transfers.map(({ atMs, ms }) => ({ atMs, text: `= transfer, ${ms.toFixed(1)} ms` })),
  ];
  return told.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).sort((a, b) => a.atMs - b.atMs).map(({ atMs, text }) => `${secondsAt(atMs, startedMs)} ${text}`);
}
