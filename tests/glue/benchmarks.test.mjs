// @ts-check
// The benchmarks use the engine past its public face, and sessions in pages. What they measure is not looked at here, only that they
// still can.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { measureAnswers, sizesForAnswers } from '../bench/browser/answers-run.mjs';
import { AnswersLink, longestWait } from '../bench/browser/answers.mjs';
import { GalleryLink } from '../bench/browser/gallery.mjs';
import { MockNetwork } from 'peer-session/testing';

const run = promisify(execFile);
const limit = { timeout: 60_000 };

const filesOf = (sizes) =>
  sizes.map((size) => {
    const bytes = randomBytes(size);
    return { blob: new Blob([bytes]), hash: createHash('sha256').update(bytes).digest('hex') };
  });

/** Both pages' links in this process, connected; what a and b send passes at so many bytes a step. */
async function connected(t, Link, { a, b }, bytesPerStep) {
  const network = new MockNetwork({ drain: 'manual' });
  const options = { RTCPeerConnection: network.RTCPeerConnection };
  const links = {};
  const carryTo = (side) => (signal) => void links[side].handleSignal(structuredClone(signal));
  links.a = new Link('a', options, carryTo('b'), filesOf(a));
  links.b = new Link('b', options, carryTo('a'), filesOf(b));
  const steps = setInterval(() => {
    for (const side of /** @type {const} */ (['a', 'b'])) network.link?.drain(side, bytesPerStep[side]);
  }, 5);
  t.after(() => {
    clearInterval(steps);
    for (const link of Object.values(links)) link.close();
  });
  await links.a.start();
  await Promise.all([links.a.opened, links.b.opened]);
  return links;
}

for (const name of ['engine-cost', 'load']) {
  test(`the benchmark ${name} runs and prints numbers`, async () => {
    const script = fileURLToPath(new URL(`../bench/node/${name}.mjs`, import.meta.url));
    const { stdout } = await run(process.execPath, [script, '--quick']);
    const figures = Object.values(JSON.parse(stdout));
    assert.ok(figures.length > 1 && figures.every(Number.isFinite), stdout);
  });
}

test('the benchmark of what somebody waits for beside a large file times each wait', limit, async (t) => {
  const rate = 1_600_000;
  const stages = [50];
  const { senderSizes, receiverSizes } = sizesForAnswers(rate, stages);
  const links = await connected(t, AnswersLink, { a: senderSizes, b: receiverSizes }, { a: 2000, b: 20_000 });
  let stagesDone = 0;
  const answers = await measureAnswers({
    sender: (what, ...given) => links.a[what](...given),
    receiver: (what, ...given) => links.b[what](...given),
    rate,
    stages,
    idle: 20,
    afterStage: async () => (stagesDone += 1),
  });
  assert.equal(stagesDone, 3);
  assert.equal(Object.keys(answers).length, 7);
  for (const [name, waits] of Object.entries(answers))
    assert.ok(waits.length > 0 && waits.every(({ wait }) => wait >= 0 && wait < longestWait), name);
});

test('the benchmark of a gallery times each image', limit, async (t) => {
  const sizes = [300, 20, 100, 0];
  const links = await connected(t, GalleryLink, { a: sizes, b: [] }, { a: 20_000, b: 20_000 });
  const times = await links.b.images(sizes.length);
  const begin = Math.min(links.a.connected(), links.b.connected());
  assert.equal(times.length, sizes.length);
  assert.ok(
    times.every((time) => time >= begin),
    `${begin}: ${times}`,
  );
});
