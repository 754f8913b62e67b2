/** What deploy/ brings for Prometheus and Grafana loads, says what it should, and has a section in the runbook for every alert. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test, vi } from "vitest";
import { alertRules, dashboardPanels, expressions } from "../support/monitoring.ts";
import { sourceFiles } from "../support/source-tree.ts";

vi.setConfig({ testTimeout: 60_000 });

const promtool = async (...args: string[]): Promise<string> => {
  const { stdout, stderr } = await promisify(execFile)("promtool", args, { cwd: fileURLToPath(new URL("../../deploy/prometheus/", import.meta.url)) });
  return stdout + stderr;
};

test("Prometheus takes the configuration and the rules", async () => {
  expect(await promtool("check", "config", "prometheus.yml")).toContain("SUCCESS");
  expect(await promtool("check", "rules", "recording.yml", "alerts.yml")).toContain("SUCCESS");
});

test("Prometheus understands what the dashboard asks", async () => {
  const folder = await mkdtemp(join(tmpdir(), "waystone-panels-"));
  try {
    const exprs = (await expressions()).map(({ expr }) => expr.replaceAll("$__rate_interval", "5m").replaceAll("$instance", ".*"));
    const file = join(folder, "panels.yml");
    await writeFile(file, JSON.stringify({ groups: [{ name: "panels", rules: exprs.map((expr, index) => ({ record: `panel:${index}`, expr })) }] }));
    expect(await promtool("check", "rules", file)).toContain(`${exprs.length} rules found`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("every alert fires when it should, and not before", async () => {
  const files = ["alerts.test.yml", "alerts-daily.test.yml"];
  expect((await promtool("test", "rules", ...files)).match(/SUCCESS/g)).toHaveLength(files.length);
  const tests = (await Promise.all(files.map((file) => readFile(new URL(`../../deploy/prometheus/${file}`, import.meta.url), "utf8")))).join("");
  for (const { alert } of await alertRules()) expect(tests, `a test that ${alert} fires`).toMatch(new RegExp(`exp_samples: \\[\\{labels: 'ALERTS\\{alertname="${alert}"`));
});

test("every alert says how bad it is and where to read on, and the runbook has what it names", async () => {
  const alerts = await alertRules();
  expect(alerts.length).toBeGreaterThan(10);
  const runbook = await readFile(new URL("../../docs/runbook.md", import.meta.url), "utf8");
  const sections = new Map(runbook.split(/^## /m).slice(1).map((section) => [section.slice(0, section.indexOf("\n")).trim(), section]));
  for (const { alert, labels, annotations } of alerts) {
    expect(["page", "ticket"]).toContain(labels.severity);
    expect(annotations.runbook).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
    const section = sections.get(alert);
    for (const part of ["**For players.**", "**Look at.**", "**Do.**"]) expect(section, `${alert} in docs/runbook.md`).toContain(part);
  }
  // Sections of alerts that are gone are gone too.
  expect([...sections.keys()].filter((title) => title.startsWith("Waystone")).toSorted()).toEqual(alerts.map(({ alert }) => alert).toSorted());
});

test("what the runbook says to look for in the log is something the server says", async () => {
  const runbook = await readFile(new URL("../../docs/runbook.md", import.meta.url), "utf8");
  const wanted = [...runbook.matchAll(/grep '"?([^'"]+)"?' data\/logs/g)].map(([, text]) => text!);
  expect(wanted.length).toBeGreaterThan(2);
  const said = sourceFiles("src", "rooms").filter(({ isTest }) => !isTest).map(({ text }) => text).join("");
  expect(wanted.filter((text) => !said.includes(text))).toEqual([]);
});

test("the dashboard has its rows, and no two panels in one place", async () => {
  const panels = await dashboardPanels();
  expect(panels.filter(({ type }) => type === "row").map(({ title }) => title)).toEqual(["Overview", "Latency", "Storage", "Cluster", "Redis", "Process"]);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) => Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`));
  expect(new Set(cells).size).toBe(cells.length);
  for (const { type, title, targets } of panels) if (type !== "row") expect(targets.length, title).toBeGreaterThan(0);
});
