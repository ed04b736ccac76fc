// node tests/signalling/scale/run.mjs [clients] [rooms]: the figures of web-demo/README.md.
import process from 'node:process';
import { runCrowd } from './swarm.mjs';

const [clients = 10_000, rooms = clients / 4] = process.argv.slice(2).map(Number);
const ends = [];
const say = (line) => process.stderr.write(`${line}\n`);
try {
  const figures = await runCrowd({ after: (end) => ends.push(end) }, { clients, rooms, idleMs: 60_000, say });
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  process.exitCode = figures.wrong === 0 && figures.whole === rooms ? 0 : 1;
} finally {
  for (const end of ends) end();
}
