// @ts-check

/**
 * The runs of each variant, by its name. They take turns, so that all of them see the same machine. One that fails is noted, and the
 * others go on.
 *
 * @template T
 * @param {object} given
 * @param {number} given.rounds
 * @param {string[]} given.variants
 * @param {string} given.row
 * @param {(variant: string) => Promise<T>} given.run
 * @param {(run: T) => string} given.summary
 * @param {(line: string) => void} given.say
 * @returns {Promise<Record<string, (T & {failed?: string})[]>>}
 */
export async function runsInTurns({ rounds, variants, row, run, summary, say }) {
  const runs = Object.fromEntries(variants.map((variant) => [variant, /** @type {any[]} */ ([])]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const variant of variants) {
      const done = await run(variant).catch((error) => /** @type {any} */ ({ failed: String(error.message) }));
      say(`${row}, ${variant}, run ${round} of ${rounds}: ${done.failed ?? summary(done)}`);
      runs[variant].push(done);
    }
  }
  return runs;
}
