// What was measured, beside what it should be.
import { budget } from '../size-budget.mjs';
import { inBytes } from './chart.mjs';
import { loadSection, places, readyIn } from './load.mjs';
import { meshSection } from './mesh.mjs';
import { profile } from './profile-notes.mjs';
import { median, short } from './statistics.mjs';

const kib = 1024;
const ratio = (value) => `${value.toFixed(2)} ×`;

/** @typedef {{figure: string, target: string, measured: string, met: boolean}} Row */

/** One row for each figure. @returns {Row[]} */
export function judge({ sizes, node, engine, browser, mesh, load }) {
  /** @type {Row[]} */
  const rows = [];
  const atLeast = (figure, value, target) =>
    rows.push({ figure, target: `≥ ${ratio(target)}`, measured: ratio(value), met: value >= target });
  const atMost = (figure, value, target, unit) => {
    const show = unit === '×' ? ratio : (number) => `${short(number)} ${unit}`;
    rows.push({ figure, target: `≤ ${show(target)}`, measured: show(value), met: value <= target });
  };

  const mainThread = (figure, side, own, other, target) => {
    const value = own[side] / other[side];
    const cpu = own[`${side}Cpu`] / other[`${side}Cpu`];
    const measured = `${ratio(value)} (CPU ${ratio(cpu)})`;
    rows.push({ figure, target: `≤ ${ratio(target)}`, measured, met: value <= target });
  };

  for (const [workload, results] of Object.entries(browser.bulk)) {
    const own = results['peer-session'];
    const raw = bestRaw(results);
    atLeast(`${workload}: throughput to the best raw loop`, own.speed / raw.speed, 0.97);
    atLeast(`${workload}: throughput to the old class`, own.speed / results['old class'].speed, 1.5);
    atLeast(`${workload}: throughput to simple-peer's stream`, own.speed / results['simple-peer'].speed, 1);
    atLeast(`${workload}: throughput to PeerJS`, own.speed / results.PeerJS.speed, 1);
    mainThread(`${workload}: sender's main thread to the raw loop's`, 'sender', own, raw, 1.5);
    mainThread(`${workload}: sender's main thread to the old class's`, 'sender', own, results['old class'], 0.1);
    mainThread(`${workload}: receiver's main thread to the raw loop's`, 'receiver', own, raw, 1.3);
  }
  for (const [network, results] of Object.entries(browser.images)) {
    const own = results['peer-session'];
    atLeast(`20 KiB images, ${network}: files/s to the old class`, own.files / results['old class'].files, 2);
    atLeast(`20 KiB images, ${network}: files/s to what the wire allows`, own.files / results['the wire'].files, 0.9);
  }
  const meshRuns = mesh.runs['a group'];
  const completeness = Math.min(...meshRuns.map(({ complete, wanted }) => complete / wanted));
  atLeast(`a mesh of ${mesh.pages}: pairs complete to all pairs, the worst run`, completeness, 1);
  const overhead = median(meshRuns.map(({ sentToNeeded }) => sentToNeeded));
  atMost(`a mesh of ${mesh.pages}: bytes sent to bytes needed`, overhead, 1.1, '×');
  const offers = node.sendImage;
  atMost('sendImage with 10 offers waiting', offers[10], 20, 'µs');
  atMost('sendImage with 100,000 waiting, to 10', offers[100_000] / offers[10], 1.2, '×');
  atMost('engine and binding for a chunk received', node.cost.receive, 2, 'µs');
  atMost('engine and binding for a chunk sent', node.cost.send, 2, 'µs');
  atMost(`WASM memory grown while ${Math.round(node.cost.gib)} GiB pass`, node.cost.grown / kib, 0, 'KiB');
  atMost('native engine for a chunk received', engine.ReceiveChunk / 1000, 2, 'µs');
  const { reactions } = node.memory;
  atMost('chunks received before the first progress event', reactions.receiveFirst, 1, 'chunks');
  atMost('chunks handed over before the first progress event', reactions.sendFirst, 1, 'chunks');
  atMost('chunks handed over after close()', reactions.sendAfterClose, 1, 'chunks');
  atMost('import to ready, Chromium', readyIn(load, places.page), 15, 'ms');
  atMost('import to ready, Node', readyIn(load, places.node), 15, 'ms');
  atMost('main entry, gzip', sizes.main.gzip / kib, budget.main / kib, 'KiB');
  atMost('engine WASM, gzip', sizes.wasm.gzip / kib, budget.wasm / kib, 'KiB');
  atMost(
    'sender: read and not yet handed over, any size',
    Math.max(...Object.values(node.memory.sender)) / kib / kib,
    8,
    'MiB',
  );
  atMost('receiver: alive to the size of a 16 MiB file', node.memory.receiver[16], 1.1, '×');
  atMost('WASM memory for an idle session', perSession(node.sessions) / kib, 8, 'KiB');
  return rows;
}

/** The raw loop with the best throughput: the one to be compared with in everything. */
function bestRaw(results) {
  const raw = Object.entries(results).filter(([name]) => name.startsWith('raw loop'));
  return raw.map(([, result]) => result).reduce((best, next) => (next.speed > best.speed ? next : best));
}

/** The slope: memory grows in pages and in steps, so one session's share shows only over many. */
export function perSession(points) {
  const [first, last] = [points.find(({ count }) => count === 1000), points.at(-1)];
  return (last.wasm - first.wasm) / (last.count - first.count);
}

export function asText(rows) {
  const widths = ['figure', 'target', 'measured'].map((key) => Math.max(...rows.map((row) => row[key].length)));
  return rows
    .map(({ figure, target, measured, met }) =>
      [figure.padEnd(widths[0]), target.padStart(widths[1]), measured.padStart(widths[2]), met ? 'ok' : 'MISSED'].join(
        '  ',
      ),
    )
    .join('\n');
}

/** `apart`: sections that are measured by themselves. */
export function asMarkdown(measured, apart) {
  const { sizes, node, engine, browser, mesh, load } = measured;
  return `# Performance

Every figure is printed by \`npm run bench\`, which also writes this page. Absolute figures drift with the machine; what counts are
the **ratios within one run**: strategies take turns in each round, medians of
${browser.bulkRounds} rounds (throughput) and ${browser.rounds} (images). No test depends on a clock.

Two headless Chromium processes on one machine with two cores, host candidates. "Main thread" is \`TaskDuration\` of the DevTools
protocol's \`Performance.getMetrics\`: how long the main thread's tasks took. "CPU" beside it is \`ThreadTime\`, the processor time
of the same thread, which a busy machine does not stretch.

${apart}## Targets

| figure | target | measured | |
|---|---|---|---|
${judge(measured)
  .map(
    ({ figure, target, measured: value, met }) =>
      `| ${figure} | ${target} | ${value} | ${met ? 'met' : '**missed**'} |`,
  )
  .join('\n')}

${profile}

## Throughput

${Object.entries(browser.bulk)
  .map(([name, results]) => bulkTable(name, results))
  .join('\n\n')}

The raw loops send one buffer again and again and count bytes on arrival: no file is read, stored or hashed. The old class's way
(one Blob read, one await and one log line for each 16 KiB, 64 KiB threshold) is re-implemented in
\`tests/bench/browser/classic.mjs\`. simple-peer gets 64 KiB writes from a Blob read ahead by 1 MiB; PeerJS gets each file whole.
Neither hashes what it receives; peer-session does, within the time shown.

## 500 images of 20 KiB

All are offered, then all are pulled; the time is from the first pull to the last verified image. "The wire" is the bound: one
request, then for each image a text of the length of its \`meta\` and its bytes, in a loop that waits for nothing but the channel,
on a connection of the same age. The delay comes from \`tests/support/udp-relay.mjs\`.

| network | strategy | files/s | sender's main thread, ms per MB | receiver's |
|---|---|---|---|---|
${Object.entries(browser.images)
  .flatMap(([network, results]) =>
    Object.entries(results).map(
      ([name, { files, sender, receiver }]) =>
        `| ${network} | ${name} | ${short(files)} | ${short(sender)} | ${short(receiver)} |`,
    ),
  )
  .join('\n')}

${meshSection(mesh)}
## Our own cost

| | |
|---|---|
${Object.entries(node.sendImage)
  .map(
    ([pending, time]) =>
      `| \`sendImage\` with ${Number(pending).toLocaleString('en')} offers waiting | ${short(time)} µs |`,
  )
  .join('\n')}
| engine and binding, one chunk received (Node) | ${short(node.cost.receive)} µs |
| engine and binding, one chunk sent (Node) | ${short(node.cost.send)} µs |
${Object.entries(engine)
  .map(([name, time]) => `| native engine, ${name} (Google Benchmark) | ${short(time)} ns |`)
  .join('\n')}

${loadSection(load)}
## Size

| file | plain | gzip | brotli |
|---|---|---|---|
${Object.entries({
  'index.js, everything included': sizes.main,
  'lazy.js': sizes.lazy,
  'worker.js, in the page': sizes.worker,
  'worker-thread.js, in its Worker': sizes.workerThread,
  'engine.wasm': sizes.wasm,
})
  .map(([name, { raw, gzip, brotli }]) => `| ${name} | ${raw} | ${gzip} | ${brotli} |`)
  .join('\n')}

The engine inside the main entry, after gzip, by the way it is written down (without JavaScript that reads it back):

| way | bytes |
|---|---|
${Object.entries(sizes.encodings)
  .map(([name, bytes]) => `| ${name} | ${bytes} |`)
  .join('\n')}

Chosen: packed by \`tools/build/pack.mjs\`, read by \`bindings/unpack.cc\`, a WebAssembly module of 1.2 KiB that stands beside it and is
compiled first: matches and literals as deflate has them, with three distances that come again and eight codes, each for what follows
certain bytes. It makes the main entry 4.3 KiB smaller than printable text that a download's compression takes as well as bytes, which
was there before, and takes no longer. LZMA in its place would be 1.3 KiB less, and two to three times as slow. Without a server
that compresses, the main entry is 118 KB, where it would be some 55 more.

JSON costs 12.2 KiB gzip of the engine's binary (26.9 KiB plain), our own field reader included: measured by building the engine with
\`wasm/src/wire/\` reduced to functions that join and cut strings.
\`tools/size-budget.mjs\` refuses what grows past the targets, as part of \`npm run check\`.

## Memory

| | |
|---|---|
${Object.entries(node.memory.sender)
  .map(
    ([size, bytes]) => `| sender, ${size} MiB file: most read and not yet handed to the channel | ${inBytes(bytes)} |`,
  )
  .join('\n')}
${Object.entries(node.memory.receiver)
  .map(([size, share]) => `| receiver, ${size} MiB file: most alive while it arrives | ${short(share)} × its size |`)
  .join('\n')}

A sender may also hold the rest of the last piece that the browser's stream brought: up to 2 MiB in Chromium. Here a stream of 1 MiB
pieces stands in for it.

Files of gigabytes, between two Chromium browsers (\`npm test -- --only large\`): 5 GiB from a stream into an \`OpfsStore\`, 16.6 MiB/s, all
processes of the sender 0 and of the receiver 14 MiB above what they were after a file of 64 MiB; 2 GiB into a sink that takes 12 MiB/s, the
receiver's renderer 7 MiB above, of 133, with a room of 8.

| sessions in one process | WASM memory | JavaScript heap | µs to make one |
|---|---|---|---|
${node.sessions
  .map(
    ({ count, wasm, heap, microseconds }) =>
      `| ${count} | ${short(wasm / kib / kib)} MiB | ${short(heap / kib / kib)} MiB | ${short(microseconds)} |`,
  )
  .join('\n')}

## The choices, and the figures behind them

![Throughput and progress lag by window size](images/performance.svg)

| window (high-water mark) | MB/s | progress runs ahead by |
|---|---|---|
${browser.window.map(({ value, speed, lag }) => `| ${inBytes(value)} | ${short(speed)} | ${short(lag)} ms |`).join('\n')}

| chunk | MB/s |
|---|---|
${browser.chunk.map(({ value, speed }) => `| ${inBytes(value)} | ${short(speed)} |`).join('\n')}

| block (8 MiB read ahead) | MB/s |
|---|---|
${browser.block.map(({ value, speed }) => `| ${inBytes(value)} | ${short(speed)} |`).join('\n')}

| SHA-256 of | ${Object.keys(browser.hashes[0]).slice(1).join(' | ')} |
|---|---|---|---|
${browser.hashes
  .map(
    ({ size, ...ways }) =>
      `| ${inBytes(size)} | ${Object.values(ways)
        .map((time) => `${short(time)} ms`)
        .join(' | ')} |`,
  )
  .join('\n')}

\`crypto.subtle\` wins at every size, so it hashes whatever arrives. It cannot stream, and need not: a received file lies in one
buffer when its last byte is there, whatever its size. Where it is missing (pages without HTTPS), @noble/hashes does the same:
slower than hash-wasm, and 4.3 KiB smaller for everybody.
`;
}

function bulkTable(name, results) {
  const rows = Object.entries(results).map(
    ([strategy, { speed, sender, senderCpu, receiver, receiverCpu }]) =>
      `| ${strategy} | ${short(speed)} | ${short(sender)} (${short(senderCpu)}) | ${short(receiver)} (${short(receiverCpu)}) |`,
  );
  return `| ${name} | MB/s | sender's main thread, ms per MB (CPU) | receiver's |\n|---|---|---|---|\n${rows.join('\n')}`;
}
