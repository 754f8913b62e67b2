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

  const steps = await task.steps(args);
  for (const step of steps) {
    const startedMs = Date.now();
    if (steps.length > 1) say(`${step.title} …`);
    const { code } = await runNode(node, step);
    if (code !== 0) {
      if (steps.length > 1) say(`${step.title}: failed after ${seconds(startedMs)}.`);
      process.exitCode = code;
      return;
    }
    if (steps.length > 1) say(`${step.title}: done in ${seconds(startedMs)}.`);
  }
}

main(process.argv.slice(2)).catch(fail);
