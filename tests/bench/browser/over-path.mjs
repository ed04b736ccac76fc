// @ts-check
// One measured transfer over an emulated path.
import { bothWays, connectedOverPath, longestMilliseconds } from './connected-over-path.mjs';
import { browsersProcessorTime } from './processor-time.mjs';

/**
 * @typedef {object} Transfer One direction's file.
 * @property {number} size Its bytes.
 * @property {number} rate Bits per second of the link that it took.
 * @property {number | undefined} seconds From the click to the image; undefined: it was given up.
 * @property {number} share Of the link: what arrived, over the time from the click.
 * @property {number | undefined} steadyShare The same between the moments at which 20 % and 90 % had arrived.
 * @property {import('../../support/path-emulator.mjs').DirectionStatistics} link
 *
 * @typedef {{up: Transfer | undefined, down: Transfer | undefined, processorSecondsPerMegabyte: number, connections: number}} PathRun
 */

/**
 * Page a sends `up` bytes, and b sends `down` at the same time, where there is one.
 *
 * @param {import('./pair.mjs').Pair} pair
 * @param {object} given
 * @param {string} given.kind
 * @param {object} [given.options]
 * @param {{up: import('../../support/path-emulator.mjs').Link, down: import('../../support/path-emulator.mjs').Link}} given.links
 * @param {{up?: number, down?: number}} given.sizes
 * @returns {Promise<PathRun>}
 */
export async function runOverPath(pair, { kind, options, links, sizes }) {
  const ways = bothWays.filter(({ name }) => sizes[name]);
  for (const side of /** @type {const} */ (['a', 'b']))
    await pair.pageOf(side).evaluate(() => globalThis.bench.countArrivals());
  for (const { name, from } of ways) await pair.prepare(from, [sizes[name]]);
  return connectedOverPath(pair, { kind, options, links }, async (path, carrier) => {
    await path.statistics({ reset: true });
    const processorBefore = browsersProcessorTime();
    for (const { name, to } of ways)
      await pair.pageOf(to).evaluate((size) => globalThis.bench.expect([size], true), sizes[name]);
    const bytesBefore = await Promise.all(
      ways.map(({ to }) => arrivalsOf(pair, to).then((log) => log.at(-1)?.[0] ?? 0)),
    );
    const clicked = performance.now();
    for (const { from } of ways) await pair.pageOf(from).evaluate(() => void globalThis.bench.send());
    const ends = await Promise.all(ways.map(({ to }) => endOf(pair, to)));
    const waited = (performance.now() - clicked) / 1000;
    const processorSeconds = browsersProcessorTime() - processorBefore;
    const statistics = await path.statistics();

    const transfers = {};
    let megabytes = 0;
    for (const [index, { name, to, direction }] of ways.entries()) {
      const log = (await arrivalsOf(pair, to)).map(([bytes, time]) => [bytes - bytesBefore[index], time]);
      const size = sizes[name];
      const { rate } = links[name];
      const seconds = ends[index];
      const arrived = Math.min(size, log.at(-1)?.[0] ?? 0);
      megabytes += arrived / 1e6;
      transfers[name] = {
        size,
        rate,
        seconds,
        share: (arrived * 8) / (seconds ?? waited) / rate,
        steadyShare: steadyRate(log, size) / rate,
        link: statistics[direction],
      };
    }
    return {
      up: transfers.up,
      down: transfers.down,
      processorSecondsPerMegabyte: processorSeconds / megabytes,
      connections: carrier.count,
    };
  });
}

const arrivalsOf = (pair, side) => pair.pageOf(side).evaluate(() => globalThis.bench.arrivals());

/** Seconds from the click, or undefined if it takes too long. */
async function endOf(pair, side) {
  const arrived = pair.pageOf(side).evaluate(() => globalThis.bench.arrived());
  // The page is asked no more once it was given up; then it ends with the connection, or never.
  arrived.catch(() => {});
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, longestMilliseconds)));
  const milliseconds = await Promise.race([arrived, late]);
  clearTimeout(timer);
  return milliseconds === undefined ? undefined : milliseconds / 1000;
}

/** Bits per second between the messages with which 20 % and 90 % of the file had arrived. */
function steadyRate(log, size) {
  const from = log.find(([bytes]) => bytes >= 0.2 * size);
  const to = log.find(([bytes]) => bytes >= 0.9 * size);
  return from && to && to[1] > from[1] ? ((to[0] - from[0]) * 8000) / (to[1] - from[1]) : undefined;
}
