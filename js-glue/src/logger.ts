/** One method for each level; those that are missing are silent. */
export interface Logger {
  debug?(message: string, details?: unknown): void;
  info?(message: string, details?: unknown): void;
  warn?(message: string, details?: unknown): void;
  error?(message: string, details?: unknown): void;
}

export type LogLevel = keyof Logger;

/** Logging never disturbs what it reports on: a logger that throws is on its own. */
export function log(logger: Logger | undefined, level: LogLevel, message: string, details?: unknown): void {
  try {
    logger?.[level]?.(message, details);
  } catch {
    // Nobody is left to tell.
  }
}
