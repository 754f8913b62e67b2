import type { DragEvent } from "react";

const THING_DRAG = "application/x-waystone-thing";

/** A thing on its way by the mouse: where it is, and how commands name it. */
export interface DraggedThing {
  from: "room" | "carried" | "worn" | "inside";
  word: string;
  /** What it is in, where it is in something. */
  holder?: string;
}

export function beginDrag(event: DragEvent, thing: DraggedThing): void {
  event.stopPropagation();
  event.dataTransfer.setData(THING_DRAG, JSON.stringify(thing));
  event.dataTransfer.effectAllowed = "move";
}

/** Answers whether it took the thing; what it does not take goes on to what is around it. */
export type TakesThing = (thing: DraggedThing) => boolean;

/** Makes an element take things; the same can be done by the menu of each. */
export function takesThings(takes: TakesThing): { onDragOver: (event: DragEvent) => void; onDrop: (event: DragEvent) => void } {
  return {
    onDragOver: (event) => {
      if (event.dataTransfer.types.includes(THING_DRAG)) event.preventDefault();
    },
    onDrop: (event) => {
      if (!event.dataTransfer.types.includes(THING_DRAG)) return;
      event.preventDefault();
      if (takes(JSON.parse(event.dataTransfer.getData(THING_DRAG)) as DraggedThing)) event.stopPropagation();
    },
  };
}

/** Gives a command when the thing comes from there, and takes it then. */
export const takesFrom = (from: DraggedThing["from"], run: (thing: DraggedThing) => void): TakesThing => (thing) => {
  if (thing.from !== from) return false;
  run(thing);
  return true;
};
