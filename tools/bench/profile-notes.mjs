/** What the misses are made of, by measurement; goes into docs/performance.md below the targets. */
export const profile = '';
