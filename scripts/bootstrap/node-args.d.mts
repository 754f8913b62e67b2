export const QUIET: readonly string[];
export const COLLECTING: readonly string[];
