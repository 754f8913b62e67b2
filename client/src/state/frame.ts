/** Calls `run` once, with the next picture of the screen; returns the way to stop it. */
export type NextFrame = (run: () => void) => () => void;

export const nextAnimationFrame: NextFrame = (run) => {
  const frame = requestAnimationFrame(run);
  return () => cancelAnimationFrame(frame);
};
