/** What a run of chaos says at its end. */
import { FAULTS, KILLS, type Fault } from "./faults.ts";
import type { ChaosReport } from "./run.ts";

/** Violations printed in full; the others are counted. */
const SHOWN = 20;

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

function spread(unsorted: readonly number[]): string {
  const ms = [...unsorted].sort((a, b) => a - b);
  const median = ms[Math.floor(ms.length / 2)];
  return median === undefined ? "never" : `${ms.length} times, median ${seconds(median)}, longest ${seconds(ms.at(-1)!)}`;
}

export const passed = ({ violations, sabotage }: ChaosReport): boolean => violations.length === 0 && sabotage.every(({ caught }) => caught);

export function reportLines(report: ChaosReport): string[] {
  const { injected, acknowledged, violations, recoveries, replay, sabotage } = report;
  const count = (harm: string): number => violations.filter((violation) => violation.harm === harm).length;
  const durable = acknowledged.filter(({ status, durableSteps }) => status === "ok" && durableSteps > 0).length;
  const kills = injected.filter(({ fault }) => KILLS.includes(fault));
  const after = (fault: Fault): number[] => recoveries.filter((each) => each.after === fault).map(({ ms }) => ms);
  const statuses = Object.entries(Object.groupBy(acknowledged, ({ status, code }) => (status === "error" ? `${status} ${code}` : status)));
  return [
    `seed ${report.seed}, ${report.seconds.toFixed(0)} s`,
    `faults: ${FAULTS.map((fault) => `${fault} ${injected.filter((each) => each.fault === fault).length}`).filter((text) => !text.endsWith(" 0")).join(", ")}`,
    `kills: ${kills.length}, of them between a commit and its answer: ${kills.filter(({ midCommit }) => midCommit).length}; takeovers by another process: ${injected.filter(({ takeover }) => takeover).length}`,
    `acknowledged: ${acknowledged.length} commands, ${durable} of them durable (${statuses.map(([status, of]) => `${status} ${of?.length}`).join(", ")})`,
    `journal: ${replay.entries} entries in ${report.commitsSent} commits; ${report.items} things and ${replay.minted} coins in the world; highest epoch ${Math.max(0, ...replay.epochs.values())}`,
    `kill -9 to the first command done: restarted in place ${spread(after("kill"))} (of that, until it listens: ${spread(report.openingsMs)}); taken over by another process ${spread(after("kill-and-takeover"))}`,
    ...(sabotage.length === 0 ? [] : [`sabotage: ${sabotage.filter(({ caught }) => caught).length} of ${sabotage.length} caught`]),
    ...sabotage.map(({ name, caught, by }) => `  ${caught ? "caught" : "NOT CAUGHT"}: ${name} (${by.join(", ")})`),
    ...violations.slice(0, SHOWN).map(({ check, harm, detail }) => `VIOLATION (${harm}) ${check}: ${detail}`),
    `violations: ${violations.length}, lost: ${count("lost")}, doubled: ${count("doubled")}`,
  ];
}
