// @ts-check
// What 100 MB cost the main threads of two pages, with the data path there, and with it in a Worker.
import { runMainThread } from '../../tests/bench/browser/main-thread.mjs';
import { roundsOf } from './flags.mjs';
import { median, short } from './statistics.mjs';
import { textTable } from './text-table.mjs';

const megabytes = 100;
const entries = { index: '`peer-session`', worker: '`peer-session/worker`' };
/** Milliseconds of the main thread for each MB, and of its longest task. */
const mostPerMegabyte = 0.3;
const longestTask = 50;

/** @typedef {import('../../tests/bench/browser/main-thread.mjs').Run} Run */
/** @typedef {{rounds: number, results: {entry: string, intoFile: boolean, runs: Run[]}[]}} Measured */

/**
 * Each way once a round, in turns: only then are two figures of one machine.
 *
 * @param {{runs?: string, say: (line: string) => void}} given
 * @returns {Promise<Measured>}
 */
export async function measureMainThread({ runs = '5', say }) {
  const rounds = roundsOf(runs);
  const results = Object.keys(entries).flatMap((entry) =>
    [false, true].map((intoFile) => ({ entry, intoFile, runs: /** @type {Run[]} */ ([]) })),
  );
  for (let round = 0; round < rounds; round += 1) {
    say(`main thread: round ${round + 1} of ${rounds}`);
    for (const result of round % 2 === 0 ? results : [...results].reverse()) {
      result.runs.push(await runMainThread({ ...result, bytes: megabytes * 1_000_000 }));
    }
  }
  return { rounds, results };
}

/** @type {[string, (run: Run) => number, number?][]} */
const columns = [
  ['MB/s', ({ seconds }) => megabytes / seconds],
  ['sender, ms per MB', ({ sender }) => sender.taskMs / megabytes, mostPerMegabyte],
  ['its processor time', ({ sender }) => sender.cpuMs / megabytes],
  ['its longest task, ms', ({ sender }) => sender.longestTask, longestTask],
  ['receiver, ms per MB', ({ receiver }) => receiver.taskMs / megabytes, mostPerMegabyte],
  ['its processor time', ({ receiver }) => receiver.cpuMs / megabytes],
  ['its longest task, ms', ({ receiver }) => receiver.longestTask, longestTask],
  ['pull to first byte, ms', ({ firstByteMs }) => firstByteMs],
  ['import to first byte, ms', ({ startMs }) => startMs],
];

/** @param {Measured} measured @returns {string[][]} */
function rowsOf({ results }) {
  return results.map(({ entry, intoFile, runs }) => [
    `${entries[entry]}, into ${intoFile ? 'a file' : 'memory'}`,
    ...columns.map(([, pick]) => short(median(runs.map(pick)))),
  ]);
}

const head = ['', ...columns.map(([name]) => name)];

/** @param {Measured} measured */
export function mainThreadTable(measured) {
  return textTable(head, rowsOf(measured));
}

export const mainThreadHeading = '## The main thread, with and without a Worker';

/** For docs/performance.md. @param {Measured} measured */
export function mainThreadSection(measured) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return `${mainThreadHeading}

One file of ${megabytes} MB between two Chromium processes: what the tasks of each page's main thread took from the pull to the end, and the
longest of them (0: none took 50 ms, which the browser would have told). Medians of ${measured.rounds} rounds, both entries in turns.
The targets for \`peer-session/worker\` are ${mostPerMegabyte} ms per MB each way, no task over ${longestTask} ms, and the first byte no later than
without. \`npm run bench -- --only main-thread\` measures this section alone.

${[line(head), line(head.map(() => '---')), ...rowsOf(measured).map(line)].join('\n')}
`;
}
