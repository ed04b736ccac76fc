// @ts-check
// One file over each of several emulated paths: how much of the link a strategy makes use of, and what it costs.
import { runOverPath } from '../../tests/bench/browser/over-path.mjs';
import { Pair } from '../../tests/bench/browser/pair.mjs';
import { chosenOf, roundsOf } from './flags.mjs';
import { ordinarySizes, pathRows } from './path-rows.mjs';
import { runsInTurns } from './runs.mjs';
import { median, short } from './statistics.mjs';
import { ofRuns, textTable } from './text-table.mjs';

/** The kind of link in tests/bench/browser/page.mjs, and its options. */
const pathStrategies = {
  // One row's file is larger than what a receiver takes by default.
  package: ['package', { maxFileSize: 1e9 }],
  'package-alone': ['package', { maxFileSize: 1e9, maxLanes: 0 }],
  // Towards the class that it replaces; and to one that answers no ping, which is how it was before pongs counted.
  'to-classic': ['to-classic', { maxFileSize: 1e9 }],
  'to-silent': ['to-classic', { maxFileSize: 1e9, isSilent: true }],
  classic: ['classic', {}],
  raw: ['raw-pulled', { chunk: 65_536 }],
  // What Trystero does with its channel: small messages, and next to nothing waits in it.
  trystero: ['raw-pulled', { chunk: 16_384, high: 65_536, low: 65_535 }],
  'simple-peer': ['simple-peer', {}],
  peerjs: ['peerjs', {}],
};
/** The others know of no pull: their time runs from the call that sends. */
const ordinaryStrategies = 'package,raw';

/** @param {{paths?: string, strategies?: string, runs?: string, say: (line: string) => void}} given */
export async function measurePaths({ paths, strategies = ordinaryStrategies, runs = '1', say }) {
  const rows = chosenOf('paths', paths, Object.keys(pathRows));
  const kinds = chosenOf('strategies', strategies, Object.keys(pathStrategies));
  const rounds = roundsOf(runs);

  const pair = await Pair.launch();
  try {
    // Each page compiles its code, before anything is timed.
    for (const kind of kinds) await pair.run(pathStrategies[kind][0], [1e6], { options: pathStrategies[kind][1] });
    const results = [];
    for (const row of rows) {
      const { links, sizes = ordinarySizes } = pathRows[row];
      const run = (strategy) => {
        const [kind, options] = pathStrategies[strategy];
        return runOverPath(pair, { kind, options, links, sizes });
      };
      const measured = await runsInTurns({ rounds, variants: kinds, row, run, summary, say });
      for (const strategy of kinds) results.push({ path: row, strategy, links, sizes, runs: measured[strategy] });
    }
    return { rounds, results };
  } finally {
    await pair.close();
  }
}

const percent = (share) => (share === undefined || Number.isNaN(share) ? '–' : `${short(100 * share)} %`);

/** @param {{up?: any, down?: any}} run */
function summary({ up, down }) {
  const one = (transfer) => `${percent(transfer.share)}${transfer.seconds === undefined ? ' (given up)' : ''}`;
  return [up, down].filter(Boolean).map(one).join(' up, ');
}

const columns = [
  ['path', ({ path, way }) => (way ? `${path} ${way}` : path)],
  ['strategy', ({ strategy }) => strategy],
  ['share', ({ of }) => percent(of(({ share }) => share))],
  ['steady', ({ of }) => percent(of(({ steadyShare }) => steadyShare ?? NaN))],
  ['queue ms mean', ({ of }) => short(of(({ link }) => link.queue.meanMs))],
  ['max', ({ of }) => short(of(({ link }) => link.queue.maxMs))],
  ['drops queue', ({ of }) => short(of(({ link }) => link.dropped.queue))],
  ['loss', ({ of }) => short(of(({ link }) => link.dropped.loss))],
  ['unasked', ({ of }) => short(of(({ link }) => link.dropped.kernel + link.dropped.atEnd))],
  ['late µs mean', ({ of }) => short(of(({ link }) => link.late.meanUs))],
  ['p99', ({ of }) => short(of(({ link }) => link.late.p99Us))],
  ['max', ({ of }) => short(of(({ link }) => link.late.maxUs))],
  ['connections', ({ runs }) => short(median(runs.map(({ connections }) => connections)))],
  ['CPU ms/MB', ({ runs }) => short(1000 * median(runs.map((run) => run.processorSecondsPerMegabyte)))],
  ['given up', ({ transfers }) => String(transfers.filter(({ seconds }) => seconds === undefined).length)],
  ['failed', ({ failed }) => String(failed)],
];

/** One line for each path, strategy and direction; medians of the runs that had a connection. */
export function pathsTable({ rounds, results }) {
  const rows = results.flatMap(({ path, strategy, sizes, runs: all }) => {
    const runs = all.filter(({ failed }) => failed === undefined);
    const failed = all.length - runs.length;
    if (runs.length === 0) return [[path, strategy, ...columns.slice(2, -1).map(() => '–'), String(failed)]];
    return Object.keys(sizes).map((way) => {
      const transfers = runs.map((run) => run[way]);
      const of = (pick) => median(transfers.map(pick));
      const given = { path, strategy, way: Object.keys(sizes).length > 1 ? way : '', transfers, runs, of, failed };
      return columns.map(([, show]) => /** @type {any} */ (show)(given));
    });
  });
  const head = columns.map(([name]) => String(name));
  return [`Each figure is of ${ofRuns(rounds)}.`, '', textTable(head, rows)].join('\n');
}
