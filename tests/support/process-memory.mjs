// What a process and all that it has started hold in memory, as Linux counts it: shared pages in shares.
import { readdirSync, readFileSync } from 'node:fs';

/** In bytes. Of a browser: all its processes, or those of that kind (`--type=renderer`, for one). */
export function memoryOf(pid, isCounted = () => true) {
  const parents = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = read(`/proc/${name}/stat`);
    // The name of the program, in parentheses, may hold anything.
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    parents.set(Number(name), parent);
  }
  const isDescendant = (process) => {
    for (let each = process; each > 1; each = parents.get(each) ?? 0) if (each === pid) return true;
    return false;
  };
  let bytes = 0;
  for (const process of parents.keys()) {
    if (!isDescendant(process) || !isCounted(read(`/proc/${process}/cmdline`))) continue;
    const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${process}/smaps_rollup`)) ?? [];
    bytes += Number(kilobytes ?? 0) * 1024;
  }
  return bytes;
}

/** Empty where the process has ended meanwhile. */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
