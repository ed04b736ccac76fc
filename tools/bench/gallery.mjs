// @ts-check
// Sixty pictures right after connecting, over emulated paths: how long until the last one is there.
import { galleryBytes, runGallery } from '../../tests/bench/browser/gallery-over-path.mjs';
import { chosenOf, roundsOf } from './flags.mjs';
import { pathRows } from './path-rows.mjs';
import { median, short } from './statistics.mjs';
import { ofRuns, textTable } from './text-table.mjs';
import { measureWays, wayName } from './ways.mjs';

/** Of the time that the pictures' bits take at the link's rate. */
const mostTimes = 1.3;

/** @param {{paths?: string, runs?: string, say: (line: string) => void}} given */
export async function measureGallery({ paths = '20-50', runs = '1', say }) {
  const rows = chosenOf('paths', paths, Object.keys(pathRows));
  const rounds = roundsOf(runs);
  const aboutOf = (links, way) => ({ allowed: (galleryBytes * 8) / links[way].rate, target: mostTimes });
  return measureWays({ rows, rounds, run: runGallery, aboutOf, summary, say });
}

const last = ({ imageSeconds }) => Math.max(...imageSeconds);
const summary = (run) => `${short(last(run))} s`;

const columns = [
  ['path', ({ name }) => name],
  ['rate allows s', ({ allowed }) => short(allowed)],
  ['first image s', ({ of }) => short(of(({ imageSeconds }) => Math.min(...imageSeconds)))],
  ['last image s', ({ of }) => short(of(last))],
  ['times', ({ of, allowed, target }) => mark(of(last) / allowed, target)],
  ['longest', ({ runs, allowed, target }) => mark(Math.max(...runs.map(last)) / allowed, target)],
  ['queue ms mean', ({ of }) => short(of(({ link }) => link.queue.meanMs))],
  ['max', ({ of }) => short(of(({ link }) => link.queue.maxMs))],
  ['drops queue', ({ of }) => short(of(({ link }) => link.dropped.queue))],
  ['unasked', ({ of }) => short(of(({ link }) => link.dropped.kernel + link.dropped.atEnd))],
  ['late µs mean', ({ of }) => short(of(({ link }) => link.late.meanUs))],
  ['CPU ms/MB', ({ of }) => short(1000 * of((run) => run.processorSecondsPerMegabyte))],
  ['failed', ({ failed }) => String(failed)],
];

const mark = (times, target) => `${short(times)}${times > target ? ' !' : ''}`;

/** "Times" is of what the rate allows; `!` is over the target. */
export function galleryTable({ rounds, results }) {
  const rows = results.map(({ path, way, links, allowed, target, runs: all }) => {
    const runs = all.filter(({ failed }) => failed === undefined);
    const name = wayName({ path, way, links });
    if (runs.length === 0) return [name, ...columns.slice(1, -1).map(() => '–'), String(all.length)];
    const of = (pick) => median(runs.map(pick));
    const given = { name, allowed, target, runs, of, failed: all.length - runs.length };
    return columns.map(([, show]) => /** @type {any} */ (show)(given));
  });
  const head = columns.map(([name]) => String(name));
  const about = `Each figure is of ${ofRuns(rounds)}; at most ${mostTimes} times what the rate allows, ! is over that.`;
  return [about, '', textTable(head, rows)].join('\n');
}
