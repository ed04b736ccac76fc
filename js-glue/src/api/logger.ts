/** One method for each level; those that are missing are silent. */
export interface Logger {
  /** For whoever works on the session itself. */
  debug?(message: string, details?: unknown): void;
  /** What is expected, such as the session's end. */
  info?(message: string, details?: unknown): void;
  /** A failed transfer, or whatever an `error` event tells; `details` is the error. */
  warn?(message: string, details?: unknown): void;
  /** What should not happen. */
  error?(message: string, details?: unknown): void;
}

/** The names of a logger's methods. */
export type LogLevel = keyof Logger;

/** What a line is about: it begins with `peer-session:` and this. */
export type LogScope = 'session' | 'signal' | 'channel' | 'transfer' | 'wire';

/** What of a session's options is about logging. See docs/logging.md. */
export interface LogOptions {
  /** Where lines go; `console` is a logger. Default: nowhere, or the console once `logLevel` or `debug` asks for lines. */
  logger?: Logger | undefined;
  /** The least level that is told. Default `info`; `silent` tells nothing at all. */
  logLevel?: LogLevel | 'silent' | undefined;
  /**
   * The scopes whose `debug` lines are told, as patterns like those of the `debug` package: `peer-session:*`, or
   * `peer-session:wire,peer-session:transfer`, or `*,-peer-session:wire`. Default: all when `logLevel` is `debug`, else none.
   *
   * Nothing is read from anywhere else. `debug: localStorage.getItem('debug')` and `debug: process.env.DEBUG` let a
   * developer choose.
   */
  debug?: string | null | undefined;
}

/** From the most to the least that is told. */
export const logLevels: readonly string[] = ['debug', 'info', 'warn', 'error', 'silent'];
