/** Reads deploy/prometheus and deploy/grafana. */
import { readFile } from "node:fs/promises";
import { parse } from "yaml";

const DEPLOY = new URL("../../deploy/", import.meta.url);

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly description: string; readonly runbook: string };
}

interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

async function rulesOf<Rule>(file: string): Promise<Rule[]> {
  const { groups } = parse(await readFile(new URL(`prometheus/${file}`, DEPLOY), "utf8")) as { groups: { rules: Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}

export const alertRules = (): Promise<AlertRule[]> => rulesOf<AlertRule>("alerts.yml");
export const recordingRules = (): Promise<RecordingRule[]> => rulesOf<RecordingRule>("recording.yml");

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets: readonly { readonly expr: string }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

const dashboard = async (): Promise<Dashboard> => JSON.parse(await readFile(new URL("grafana/waystone.json", DEPLOY), "utf8")) as Dashboard;

export const dashboardPanels = async (): Promise<readonly Panel[]> => (await dashboard()).panels;

/** Every expression in rules and dashboard, with where it stands. */
export async function expressions(): Promise<{ readonly where: string; readonly expr: string }[]> {
  const { panels, annotations } = await dashboard();
  return [
    ...(await recordingRules()).map(({ record, expr }) => ({ where: record, expr })),
    ...(await alertRules()).map(({ alert, expr }) => ({ where: alert, expr })),
    ...panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ where: `panel ${title}`, expr }))),
    ...annotations.list.map(({ expr }) => ({ where: "annotation", expr })),
  ];
}

/** The metrics an expression names, with the labels it asks for of each. */
export function metricsIn(expr: string): { readonly name: string; readonly labels: readonly string[] }[] {
  return [...expr.matchAll(/\b((?:waystone|process|nodejs)_[a-z0-9_]+|waystone:[a-z0-9_:]+)(?:\{([^}]*)\})?/g)].map(([, name, matchers]) => ({
    name: name!, labels: [...(matchers ?? "").matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label!),
  }));
}
