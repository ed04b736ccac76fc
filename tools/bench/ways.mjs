// @ts-check
// The package over each way of each of several emulated paths.
import { Pair } from '../../tests/bench/browser/pair.mjs';
import { pathRows, waysOf } from './path-rows.mjs';
import { runsInTurns } from './runs.mjs';

/**
 * `run` makes one run over a way, `aboutOf` gives what its result says of it beside that, and `summary` a line about a run.
 *
 * @param {object} given
 * @param {string[]} given.rows
 * @param {number} given.rounds
 * @param {(pair: Pair, over: {links: any, way: string}) => Promise<any>} given.run
 * @param {(links: any, way: string) => object} given.aboutOf
 * @param {(run: any) => string} given.summary
 * @param {(line: string) => void} given.say
 */
export async function measureWays({ rows, rounds, run, aboutOf, summary, say }) {
  const pair = await Pair.launch();
  try {
    // Each page compiles its code, before anything is timed.
    await pair.run('package', [1e6]);
    const results = [];
    for (const row of rows) {
      const { links } = pathRows[row];
      const variants = waysOf(links);
      const runWay = (way) => run(pair, { links, way });
      const measured = await runsInTurns({ rounds, variants, row, run: runWay, summary, say });
      for (const way of variants) results.push({ path: row, way, links, ...aboutOf(links, way), runs: measured[way] });
    }
    return { rounds, results };
  } finally {
    await pair.close();
  }
}

/** How a table calls the way: by its path alone where that has no other. */
export const wayName = ({ path, way, links }) => (waysOf(links).length > 1 ? `${path} ${way}` : path);
