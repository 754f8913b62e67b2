import { isFields, isText } from "./kept.ts";

/** What a key can be bound to, in the order of the list of shortcuts. */
export const ACTIONS = {
  "focus.line": { label: "Go to the command line", keys: "Ctrl+Enter" },
  "focus.next": { label: "Go to the next part of the page", keys: "F6" },
  "focus.previous": { label: "Go to the previous part of the page", keys: "Shift+F6" },
  "help.keys": { label: "Show the shortcuts", keys: "Ctrl+/" },
  "help.settings": { label: "Open the settings", keys: "Ctrl+," },
  "log.search": { label: "Search the log", keys: "Ctrl+Shift+F" },
  "log.end": { label: "Back to the newest line", keys: "Ctrl+End" },
  "log.older": { label: "Read the line before aloud", keys: "Alt+ArrowUp" },
  "log.newer": { label: "Read the line after aloud", keys: "Alt+ArrowDown" },
  "line.complete": { label: "Complete what is typed", keys: "Ctrl+Space" },
  "say.self": { label: "Read health, vigour and coins aloud", keys: "Alt+H" },
  "say.exits": { label: "Read the ways out aloud", keys: "Alt+X" },
  "walk.north": { label: "Walk north", keys: "Ctrl+ArrowUp" },
  "walk.south": { label: "Walk south", keys: "Ctrl+ArrowDown" },
  "walk.west": { label: "Walk west", keys: "Ctrl+ArrowLeft" },
  "walk.east": { label: "Walk east", keys: "Ctrl+ArrowRight" },
  "walk.up": { label: "Walk up", keys: "Ctrl+PageUp" },
  "walk.down": { label: "Walk down", keys: "Ctrl+PageDown" },
} as const;
export type Action = keyof typeof ACTIONS;

/** Own keys; an action without one has the usual. An empty text takes the key away. */
export type Bindings = Partial<Record<Action, string>>;

/** The number pad, where it walks. */
const NUMPAD: Readonly<Record<string, string>> = {
  Numpad1: "southwest", Numpad2: "south", Numpad3: "southeast", Numpad4: "west", Numpad5: "look", Numpad6: "east",
  Numpad7: "northwest", Numpad8: "north", Numpad9: "northeast", NumpadAdd: "down", NumpadSubtract: "up",
};

interface Key {
  key: string;
  code: string;
  ctrlKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  metaKey: boolean;
}

const MODIFIERS = new Set(["Control", "Alt", "Shift", "Meta", "AltGraph"]);

/** A key press as one reads it: `Ctrl+Shift+F`. Empty for a modifier alone. */
export function chordOf({ key, ctrlKey, altKey, shiftKey, metaKey }: Key): string {
  if (MODIFIERS.has(key)) return "";
  const name = key === " " ? "Space" : key.length === 1 ? key.toUpperCase() : key;
  // For a sign, Shift is part of how it is typed.
  const shift = shiftKey && (key.length > 1 || /\p{L}/u.test(key));
  return [ctrlKey ? "Ctrl" : "", altKey ? "Alt" : "", shift ? "Shift" : "", metaKey ? "Meta" : "", name].filter((part) => part !== "").join("+");
}

/** A chord that would take letters away from what one types cannot be bound. */
export const isBindable = (chord: string): boolean => chord !== "" && (/(Ctrl|Alt|Meta)\+/.test(chord) || /^(Shift\+)?F\d{1,2}$/.test(chord));

export const keysOf = (action: Action, bindings: Bindings): string => bindings[action] ?? ACTIONS[action].keys;

export function actionFor(key: Key, bindings: Bindings): Action | undefined {
  const chord = chordOf(key);
  if (chord === "") return undefined;
  return (Object.keys(ACTIONS) as Action[]).find((action) => keysOf(action, bindings) === chord);
}

/** The command of a key of the number pad; with Num Lock off its keys move the caret, as everywhere. */
export function numpadCommand({ code, key, ctrlKey, altKey, metaKey }: Key): string | undefined {
  if (ctrlKey || altKey || metaKey || key.length > 1) return undefined;
  return NUMPAD[code];
}

export function readBindings(value: unknown): Bindings {
  if (!isFields(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([action, keys]) => action in ACTIONS && isText(keys) && (keys === "" || isBindable(keys))));
}
