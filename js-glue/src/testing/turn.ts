import { afterThisTurn } from '../basics/turn.js';

const { setImmediate } = globalThis as { setImmediate?: (task: () => void) => unknown };

/**
 * Calls back in another turn of the event loop, which comes at once. Taken when this was loaded, so that a runner's fake timers do not
 * hold up the network too.
 */
export const nextTurn: (task: () => void) => void = setImmediate ? (task) => void setImmediate(task) : afterThisTurn;

/** Resolves in another turn: what was due before has had its own. */
export const turn = (): Promise<void> => new Promise((resolve) => nextTurn(resolve));
