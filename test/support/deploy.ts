/** Reads deploy/: units of systemd, the compose file, variables. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

export const DEPLOY = fileURLToPath(new URL("../../deploy/", import.meta.url));

export const deployed = (name: string): string => readFileSync(`${DEPLOY}${name}`, "utf8");

/** `NAME=value` or `NAME="value"` lines, also those that are commented out (`#NAME=value`). */
export function variablesIn(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name, value]) => [name!, value!.replace(/^"(.*)"$/, "$1")]));
}

export interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks: readonly string[] | Readonly<Record<string, { readonly ipv4_address: string }>>;
  readonly stop_grace_period?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, null>>;
  readonly networks: { readonly world: { readonly ipam: { readonly config: readonly { readonly subnet: string }[] } } };
}

/** As compose would read it with these variables; throws with what it says where one that is needed is missing. */
export function composeFile(variables: Readonly<Record<string, string>>): ComposeFile {
  const filled = (text: string): string => text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, how: string | undefined, word: string | undefined) => {
    const value = variables[name] ?? "";
    if (value === "" && how !== "-") throw new Error(`${name}: ${word}`);
    return value === "" ? (word ?? "") : value;
  });
  const inAll = (node: unknown): unknown => {
    if (typeof node === "string") return filled(node);
    if (Array.isArray(node)) return node.map(inAll);
    return typeof node === "object" && node !== null ? Object.fromEntries(Object.entries(node).map(([key, value]) => [key, inAll(value)])) : node;
  };
  return inAll(parse(deployed("compose/compose.yaml"), { merge: true })) as ComposeFile;
}

export interface Unit {
  /** By section and name, every line in its order. */
  get(section: string, name: string): readonly string[];
}

export function readUnit(text: string): Unit {
  const values = new Map<string, string[]>();
  let section = "";
  for (const line of text.split("\n")) {
    const head = /^\[(\w+)\]$/.exec(line);
    if (head !== null) section = head[1]!;
    const entry = /^(\w+)=(.*)$/.exec(line);
    if (entry === null) continue;
    const key = `${section}.${entry[1]}`;
    values.set(key, [...(values.get(key) ?? []), entry[2]!]);
  }
  return { get: (part, name) => values.get(`${part}.${name}`) ?? [] };
}
