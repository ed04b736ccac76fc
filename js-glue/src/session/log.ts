import { logLevels, type LogLevel, type Logger, type LogOptions, type LogScope } from '../api/logger.js';
import { onRejection } from '../basics/thenable.js';

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
    this.#peer = peer;
  }

  tells(level: LogLevel, scope: LogScope): boolean {
    return !!this.#logger && (level === 'debug' ? this.#debugged(scope) : logLevels.indexOf(level) >= this.#least);
  }

  /** Text in `details` may be a peer's. Logging never disturbs what it reports on: a logger that throws or rejects is on its own. */
  write(level: LogLevel, scope: LogScope, message: string, details?: unknown): void {
    if (!this.tells(level, scope)) return;
    // A console reads "%" in its first argument as a placeholder. Only here, since compiling the expression is a third of a
    // millisecond before the first session.
    const line = `peer-session:${scope} ${printable(this.#peer).replaceAll('%', '_')} ${message}`;
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
