// @ts-check
// A connection between both pages, over an emulated path of its own.
import { PathCarrier } from '../../support/path-carrier.mjs';
import { Path } from '../../support/path-emulator.mjs';

/** A collapsed transfer, and a connection that does not come about, end here. */
export const longestMilliseconds = 60_000;

export const bothWays = /** @type {const} */ ([
  { name: 'up', from: 'a', to: 'b', direction: 'toHidden' },
  { name: 'down', from: 'b', to: 'a', direction: 'toCaller' },
]);

/**
 * Resolves with what `use` does; by then both are closed.
 *
 * @template T
 * @param {import('./pair.mjs').Pair} pair
 * @param {object} given
 * @param {string} given.kind
 * @param {object} [given.options]
 * @param {{up: import('../../support/path-emulator.mjs').Link, down: import('../../support/path-emulator.mjs').Link}} given.links
 * @param {(path: Path, carrier: PathCarrier) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function connectedOverPath(pair, { kind, options, links }, use) {
  const path = await Path.start({ toHidden: links.up, toCaller: links.down });
  try {
    const carrier = new PathCarrier(path);
    await within(longestMilliseconds, pair.connect(kind, options, carrier), 'no connection');
    return await use(path, carrier);
  } finally {
    // Before the path: who is told of the close does not wait for it to be noticed.
    await pair.disconnect().catch(() => {});
    await path.close();
  }
}

/**
 * @template T
 * @param {number} milliseconds
 * @param {Promise<T>} promise
 * @param {string} otherwise
 * @returns {Promise<T>}
 */
export async function within(milliseconds, promise, otherwise) {
  let timer;
  const late = new Promise(
    (_resolve, reject) => (timer = setTimeout(() => reject(new Error(otherwise)), milliseconds)),
  );
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
