// @ts-check
// One `sendImage` call, with ever more offers waiting.
import { median, openSession } from './stand-ins.mjs';

let offers = 0;
// A millisecond an offer: slowly enough that a peer would hear them all, and quickly enough that none expires.
const clock = { now: () => offers, setTimeout: () => 0, clearTimeout: () => {} };
const { session } = await openSession({ options: { clock } });
const blob = new Blob([new Uint8Array(20_480)], { type: 'image/png' });
const hash = 'a'.repeat(64);
const offer = () => {
  offers += 1;
  session.sendImage(blob, hash, false, 'picture.png');
};
// Compiled code, not the interpreter's first steps.
const { session: other } = await openSession();
for (let index = 0; index < 20_000; index += 1) other.sendImage(blob, hash, false, 'picture.png');
other.close();

const result = {};
for (const pending of [10, 100, 1000, 10_000, 100_000]) {
  while (offers < pending) offer();
  const times = [];
  for (let index = 0; index < 1000; index += 1) {
    const start = performance.now();
    offer();
    times.push((performance.now() - start) * 1000);
  }
  result[pending] = median(times);
}
if (session.stats?.pendingOffers !== offers) throw new Error('some offers were refused: what was measured is no offer');
session.close();
process.stdout.write(JSON.stringify(result));
