// @ts-check
// The processor time of browsers with all their processes, from /proc.
import { readdirSync, readFileSync } from 'node:fs';

/** Of the clock that /proc counts with: the same on every Linux of the last decades. */
const ticksPerSecond = 100;

/** Seconds that all browsers which this process has started have had so far, in user and kernel. */
export function browsersProcessorTime() {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => describe(Number(name)) ?? []);
  const ours = new Set(
    processes.filter(({ pid, parent }) => parent === process.pid && isBrowser(pid)).map(({ pid }) => pid),
  );
  // A child is listed after its parent, unless the numbers have begun anew: until nothing is added.
  for (let before = -1; before < ours.size;) {
    before = ours.size;
    for (const { pid, parent } of processes) if (ours.has(parent)) ours.add(pid);
  }
  return processes.filter(({ pid }) => ours.has(pid)).reduce((sum, { ticks }) => sum + ticks, 0) / ticksPerSecond;
}

function describe(pid) {
  const text = readOrNothing(`/proc/${pid}/stat`);
  // The name in parentheses may hold anything; what follows the last one is numbers: state, parent, … utime, stime.
  const fields = text?.slice(text.lastIndexOf(')') + 2).split(' ');
  if (!fields) return undefined;
  return { pid, parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) };
}

const isBrowser = (pid) => readOrNothing(`/proc/${pid}/cmdline`)?.includes('--remote-debugging-') ?? false;

/** A process may end between being listed and being read. */
function readOrNothing(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
