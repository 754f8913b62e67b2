/** What this browser keeps between visits. A browser that keeps nothing (a private window) is no error. */

const PREFIX = "waystone.";

/** Reads what was kept under a name; undefined when there is nothing, or nothing that can be read. */
export function readKept(name: string): unknown {
  return readFrom(() => localStorage, name);
}

/** Keeps a value as JSON; answers whether it could. */
export function keep(name: string, value: unknown): boolean {
  return writeTo(() => localStorage, name, value);
}

/** The same for as long as this tab lives; a reload of it finds the value again. */
export const readKeptForTab = (name: string): unknown => readFrom(() => sessionStorage, name);
export const keepForTab = (name: string, value: unknown): boolean => writeTo(() => sessionStorage, name, value);

function readFrom(storage: () => Storage, name: string): unknown {
  try {
    return JSON.parse(storage().getItem(PREFIX + name) ?? "null") ?? undefined;
  } catch (error) {
    if (isRefusal(error) || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function writeTo(storage: () => Storage, name: string, value: unknown): boolean {
  try {
    storage().setItem(PREFIX + name, JSON.stringify(value));
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** Storage is forbidden, full, or not there at all. */
function isRefusal(error: unknown): boolean {
  return error instanceof DOMException || error instanceof ReferenceError;
}

/** Anybody can write to the storage, so nothing that comes from it is taken for granted. */
export type Fields = Readonly<Record<string, unknown>>;
export const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
export const isText = (value: unknown): value is string => typeof value === "string";
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
/** One of the allowed values, or the fallback. */
export function oneOf<T>(value: unknown, allowed: readonly T[], fallback: T): T {
  return allowed.find((it) => it === value) ?? fallback;
}
