// @ts-check
import { measureAnswers, sizesForAnswers } from './answers-run.mjs';
import { bothWays, connectedOverPath, within } from './connected-over-path.mjs';

/** All stages together, where everything takes as long as it may. */
const longestMilliseconds = 120_000;

/** A large file is larger than what a receiver takes by default. */
const options = { maxFileSize: 1e9 };

/**
 * One connection, on which the large file goes `way`.
 *
 * @param {import('./pair.mjs').Pair} pair
 * @param {object} given
 * @param {Record<'up' | 'down', import('../../support/path-emulator.mjs').Link>} given.links
 * @param {string} given.way
 */
export async function runLatency(pair, { links, way }) {
  const { from, to, name } = bothWays.find(({ name }) => name === way) ?? bothWays[0];
  const rate = links[name].rate ?? 0;
  const { senderSizes, receiverSizes } = sizesForAnswers(rate);
  await Promise.all([pair.prepare(from, senderSizes), pair.prepare(to, receiverSizes)]);
  return connectedOverPath(pair, { kind: 'answers', options, links }, async (path) => {
    const sender = (what, ...given) => pair.ask(from, what, ...given);
    const receiver = (what, ...given) => pair.ask(to, what, ...given);
    /** @type {import('../../support/path-emulator.mjs').Statistics[]} One for each stage, the idle one and the last one too. */
    const statistics = [];
    const afterStage = async () => statistics.push(await path.statistics({ reset: true }));
    const measured = measureAnswers({ sender, receiver, rate, afterStage });
    // What it still waits for when it is given up ends with the connection.
    measured.catch(() => {});
    return { answers: await within(longestMilliseconds, measured, 'it took too long'), statistics };
  });
}
