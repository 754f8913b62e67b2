#!/usr/bin/env node
/**
 * `node scripts/bootstrap.mjs <task> [arguments]`: what `npm start`, `npm test` and the others do.
 * Runs on any Node from 18 on with nothing installed. It installs what is missing, finds a Node that is new enough,
 * builds the browser client when its sources changed, and runs the task with that Node.
 */
import { buildClient } from "./bootstrap/client.mjs";
import { ensureInstalled } from "./bootstrap/install.mjs";
import { fail, say, seconds, Trouble } from "./bootstrap/say.mjs";
import { chooseNode } from "./bootstrap/choose-node.mjs";
import { runNode } from "./bootstrap/run.mjs";
import { TASKS } from "./bootstrap/tasks.mjs";

async function main([name, ...args]) {
  const task = Object.hasOwn(TASKS, name ?? "") ? TASKS[name] : undefined;
  if (task === undefined) throw new Trouble(`${name === undefined ? "Which task?" : `There is no task "${name}".`} Tasks: ${Object.keys(TASKS).join(", ")}.`);

  await ensureInstalled();
  const node = chooseNode();
  if (task.client !== undefined) await buildClient(node, { always: task.client === "always" });

  process.exitCode = await runSteps(node, await task.steps(args));
}

/** Runs all steps, also after one that failed, so that one run tells everything. Resolves with the exit code. */
async function runSteps(node, steps) {
  const [announce, failures] = [steps.length > 1, []];
  for (const step of steps) {
    const startedMs = Date.now();
    if (announce) say(`${step.title} …`);
    const { code, stopped } = await runNode(node, step);
    if (stopped || !announce) return code;
    say(`${step.title}: ${code === 0 ? "done in" : "failed after"} ${seconds(startedMs)}.`);
    if (code !== 0) failures.push({ title: step.title, code });
  }
  if (announce) say(failures.length === 0 ? "all is well." : `failed: ${failures.map(({ title }) => title).join(", ")}.`);
  return failures[0]?.code ?? 0;
}

main(process.argv.slice(2)).catch(fail);
