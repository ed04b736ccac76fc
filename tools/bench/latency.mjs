// @ts-check
// What somebody waits for beside a large file, over each of several emulated paths.
import { runLatency } from '../../tests/bench/browser/latency-over-path.mjs';
import { chosenOf, roundsOf } from './flags.mjs';
import { pathRows, roundTripOf, undisturbedRows } from './path-rows.mjs';
import { median, short } from './statistics.mjs';
import { textTable } from './text-table.mjs';
import { measureWays, wayName } from './ways.mjs';

/** Beside one round trip. */
const mostMilliseconds = 300;

/** What is waited for, by its name in {@link import('../../tests/bench/browser/answers-run.mjs').Answers}. */
const waits = [
  { name: 'pong, idle', of: 'idle' },
  { name: 'pong to receiver', of: 'receiverPong', isJudged: true },
  { name: 'pong to sender', of: 'senderPong', isJudged: true },
  { name: 'picture, other way', of: 'opposite', isJudged: true },
  { name: 'cancel heard', of: 'cancelled', isJudged: true },
  { name: 'picture after it', of: 'afterCancel', isJudged: true },
  { name: 'picture behind', of: 'behind' },
];

/** @param {{paths?: string, runs?: string, say: (line: string) => void}} given */
export async function measureLatency({ paths, runs = '1', say }) {
  const rows = paths === undefined ? undisturbedRows : chosenOf('paths', paths, Object.keys(pathRows));
  const rounds = roundsOf(runs);
  const aboutOf = (links) => ({ target: mostMilliseconds + roundTripOf(links) });
  return measureWays({ rows, rounds, run: runLatency, aboutOf, summary, say });
}

const summary = ({ answers }) =>
  waits.map(({ name, of }) => `${name} ${short(Math.max(...answers[of].map(({ wait }) => wait)))} ms`).join(', ');

/**
 * Median and longest of all that was measured; `!` where the longest is over the target. Drops are of all runs, both ways; "without
 * drops" are the stages in which there was none.
 */
export function latencyTable({ rounds, results }) {
  const names = waits.map(({ name }) => name);
  const head = [
    'path',
    'target',
    ...names,
    'over',
    'without drops',
    'drops queue',
    'unasked',
    'late µs mean',
    'failed',
  ];
  const rows = results.map(({ path, way, links, target, runs: all }) => {
    const runs = all.filter(({ failed }) => failed === undefined);
    const name = wayName({ path, way, links });
    if (runs.length === 0) return [name, ...Array(head.length - 2).fill('–'), String(all.length)];
    const samples = (of) => runs.flatMap(({ answers }) => answers[of].map(({ wait }) => wait));
    const judged = (isCounted) =>
      runs.flatMap((run) =>
        waits
          .filter(({ isJudged }) => isJudged)
          .flatMap(({ of }) => run.answers[of])
          .filter(({ stage }) => isCounted(run, stage)),
      );
    const over = (isCounted) => overOf(judged(isCounted), target);
    const directions = runs.flatMap(({ statistics }) => statistics.flatMap((one) => [one.toHidden, one.toCaller]));
    const sumOf = (pick) => short(directions.reduce((sum, direction) => sum + pick(direction), 0));
    return [
      name,
      short(target),
      ...waits.map(({ of, isJudged }) => cell(samples(of), isJudged ? target : Infinity)),
      over(() => true),
      over(hasDroppedNothing),
      sumOf(({ dropped }) => dropped.queue),
      sumOf(({ dropped }) => dropped.kernel + dropped.atEnd),
      short(median(directions.map(({ late }) => late.meanUs))),
      String(all.length - runs.length),
    ];
  });
  const about = `Milliseconds of ${rounds === 1 ? 'one run' : `${rounds} runs`}: median / longest; ! is over the target.`;
  return [about, '', textTable(head, rows)].join('\n');
}

const overOf = (judged, target) => `${judged.filter(({ wait }) => wait > target).length} of ${judged.length}`;

/** Neither a queue nor a socket's buffer, in either direction: the first of the statistics are of the time before all stages. */
function hasDroppedNothing({ statistics }, stage) {
  const { toHidden, toCaller } = statistics[stage + 1];
  return [toHidden, toCaller].every(({ dropped }) => dropped.queue + dropped.kernel + dropped.atEnd === 0);
}

function cell(samples, target) {
  const longest = Math.max(...samples);
  return `${short(median(samples))} / ${short(longest)}${longest > target ? ' !' : ''}`;
}
