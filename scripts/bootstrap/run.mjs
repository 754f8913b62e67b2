/** Runs a program on our own input and output and waits for its end. */
import { spawn } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { QUIET } from "./node-args.mjs";
import { ROOT } from "./say.mjs";

/** Windows calls it `Path`; a second spelling beside it would be a second variable. */
const PATH = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
const PARENT_CHECK_MS = 500;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Runs `node <args>` in the project's root, with `env` added to the environment and `path` to its PATH. */
export function runNode(node, { args, env = {}, path = [] }) {
  return run(node, [...QUIET, ...args], {
    env: { ...process.env, ...env, [PATH]: [dirname(node), ...path, process.env[PATH] ?? ""].join(delimiter) },
  });
}

/**
 * Runs a program in the project's root; signals to us are passed on to it. Resolves with its exit code, and whether a
 * signal was passed on. When a signal ended it, that signal ends us too.
 */
export function run(command, args, options) {
  const child = spawn(command, args, { cwd: ROOT, stdio: "inherit", ...options });
  let stopped = false;
  const stop = (signal) => {
    stopped = true;
    child.kill(signal);
  };
  const handlers = SIGNALS.map((signal) => {
    // On a terminal Ctrl-C reaches the child by itself; passed on, it would count as the second, impatient one.
    const handler = () => (signal === "SIGINT" && process.stdin.isTTY ? (stopped = true) : stop(signal));
    process.on(signal, handler);
    return [signal, handler];
  });
  const stopWatching = whenNpmIsGone(() => stop("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  })
    .finally(() => {
      stopWatching();
      for (const [name, handler] of handlers) process.removeListener(name, handler);
    })
    .then(({ code, signal }) => {
      if (signal !== null) process.kill(process.pid, signal);
      return { code: code ?? 1, stopped };
    });
}

/**
 * npm passes a SIGTERM on to the shell between it and us, which dies of it and tells nobody: the server would go on
 * without a parent and keep the port. So, where npm started us, the parent's death counts as a SIGTERM.
 */
function whenNpmIsGone(act) {
  if (process.env.npm_lifecycle_event === undefined || process.platform === "win32") return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    act();
  }, PARENT_CHECK_MS);
  return () => clearInterval(timer);
}
