import type { ReadFault } from '../transfers/ports.js';

/** Why a file cannot be read, in the engine's words. */
export class Fault extends Error implements ReadFault {
  constructor(
    readonly reason:
      'file-changed' | 'wrong-size' | 'not-resumable' | 'unreadable' | 'read-timeout' | 'hash-failed' | 'hash-required',
    override readonly cause?: unknown,
  ) {
    super(reason);
  }
}
