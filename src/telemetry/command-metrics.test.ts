import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { createCommandMetrics, type AnsweredCommand } from "./command-metrics.ts";

const words: Readonly<Record<string, string>> = { look: "look", l: "look", say: "say" };

async function counted(...commands: Partial<AnsweredCommand>[]): Promise<string[]> {
  const registry = new Registry();
  const metrics = createCommandMetrics(registry, (word) => words[word], ["look", "say"]);
  for (const command of commands) metrics.answered({ line: "look", status: "ok", code: undefined, durable: false, ms: 3, ...command });
  return (await registry.metrics()).split("\n");
}

test("commands are counted by the command they name, whatever players type", async () => {
  const lines = await counted({ line: "  L here" }, { line: "look;say hi" }, { line: "SAY hi" }, { line: "xyzzy" }, { line: "" }, { line: "look".repeat(1000) }, { line: "constructor" });
  expect(lines.filter((line) => line.startsWith("waystone_commands_by_name_total"))).toEqual([
    'waystone_commands_by_name_total{command="look"} 2', 'waystone_commands_by_name_total{command="say"} 1', 'waystone_commands_by_name_total{command="other"} 4',
  ]);
});

test("commands are counted by class, status and code", async () => {
  const lines = await counted({}, { durable: true }, { status: "refused", code: "no_such_exit" }, { status: "error", code: "E_READONLY", durable: false });
  expect(lines.filter((line) => line.startsWith("waystone_commands_total"))).toEqual([
    'waystone_commands_total{class="durable",status="ok",code=""} 1', 'waystone_commands_total{class="ephemeral",status="ok",code=""} 1',
    'waystone_commands_total{class="ephemeral",status="refused",code="no_such_exit"} 1', 'waystone_commands_total{class="ephemeral",status="error",code="E_READONLY"} 1',
  ]);
  expect(lines).toContain('waystone_command_seconds_count{class="durable"} 1');
});
