/** Bounds of the metrics; part of `limits.ts`, where everybody finds them. */

/** Label combinations of one metric; a label with more values than this was not meant to be one. The commands by class, status and code are the most. */
export const MAX_SERIES_PER_METRIC = 500;
