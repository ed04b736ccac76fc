import { onRejection } from './thenable.js';

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

/** A session's log. Every line is asked for here first, so that what nobody reads is never put together. */
export class Log {
  readonly #logger: Logger | undefined;
  readonly #least: number;
  readonly #debugged: (scope: string) => boolean;
  readonly #peer: string;

  /** Takes options that have been checked. */
  constructor({ logger, logLevel, debug }: LogOptions, peer: string) {
    this.#least = logLevels.indexOf(logLevel ?? 'info');
    this.#logger = logLevel === 'silent' ? undefined : (logger ?? (logLevel || debug ? console : undefined));
    this.#debugged = debug ? scopeFilter(debug) : () => this.#least === 0;
    // A console reads "%" in its first argument as a placeholder.
    this.#peer = printable(peer).replaceAll('%', '_');
  }

  tells(level: LogLevel, scope: LogScope): boolean {
    return !!this.#logger && (level === 'debug' ? this.#debugged(scope) : logLevels.indexOf(level) >= this.#least);
  }

  /** Text in `details` may be a peer's. Logging never disturbs what it reports on: a logger that throws or rejects is on its own. */
  write(level: LogLevel, scope: LogScope, message: string, details?: unknown): void {
    if (!this.tells(level, scope)) return;
    const line = `peer-session:${scope} ${this.#peer} ${message}`;
    const nobodyIsLeftToTell = () => {};
    try {
      onRejection(
        this.#logger?.[level]?.(line, typeof details === 'string' ? printable(details) : details),
        nobodyIsLeftToTell,
      );
    } catch {
      nobodyIsLeftToTell();
    }
  }
}

/** As the `debug` package reads patterns, with the star at the end: one that fits, and none with a minus that fits. */
function scopeFilter(patterns: string): (scope: string) => boolean {
  const list = patterns.split(/[\s,]+/);
  const fits = (pattern: string, name: string) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  return (scope) => {
    const name = `peer-session:${scope}`;
    const isExcluded = (pattern: string) => pattern.startsWith('-') && fits(pattern.slice(1), name);
    return list.some((pattern) => fits(pattern, name)) && !list.some(isExcluded);
  };
}

const longest = 1000;

/** One line, bounded, without what a terminal or a reader would take for something else. */
function printable(text: string): string {
  return text.slice(0, longest).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu, '\uFFFD');
}
