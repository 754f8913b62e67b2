/** Directions, and where they lead on a map: x grows to the east, y to the north, z up. */

export interface Place {
  x: number;
  y: number;
  z: number;
}

const STEPS: Readonly<Record<string, Place>> = {
  north: { x: 0, y: 1, z: 0 }, south: { x: 0, y: -1, z: 0 }, east: { x: 1, y: 0, z: 0 }, west: { x: -1, y: 0, z: 0 },
  northeast: { x: 1, y: 1, z: 0 }, northwest: { x: -1, y: 1, z: 0 }, southeast: { x: 1, y: -1, z: 0 }, southwest: { x: -1, y: -1, z: 0 },
  up: { x: 0, y: 0, z: 1 }, down: { x: 0, y: 0, z: -1 },
};

/** Undefined for a way that is no direction, such as a ladder. */
export const stepOf = (exit: string): Place | undefined => STEPS[exit];

/** In the order in which one looks around. */
export const DIRECTIONS: readonly string[] = Object.keys(STEPS);
