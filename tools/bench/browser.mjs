// Everything that needs real browsers. Strategies alternate within each round, so that all of them see the same machine.
import { Pair } from '../../tests/bench/browser/pair.mjs';
import { median } from './statistics.mjs';

const kib = 1024;
const mib = 1024 * kib;
const total = (sizes) => sizes.reduce((sum, size) => sum + size, 0);

const workloads = {
  '1 × 15 MiB': [15 * mib],
  '20 × 1 MiB': Array(20).fill(mib),
};
const images = Array(500).fill(20 * kib);

export const bulkStrategies = {
  'peer-session': ['package'],
  'raw loop, 16 KiB': ['raw', { chunk: 16 * kib }],
  'raw loop, 64 KiB': ['raw', { chunk: 64 * kib }],
  'raw loop, 256 KiB': ['raw', { chunk: 256 * kib }],
  'old class': ['classic'],
  'simple-peer': ['simple-peer'],
  PeerJS: ['peerjs'],
};
const imageStrategies = { 'peer-session': ['package'], 'old class': ['classic'], 'the wire': ['raw-images'] };

export async function measureBrowser({ quick, say }) {
  const pair = await Pair.launch();
  try {
    const rounds = quick ? 2 : 5;
    // One file's seconds vary by a quarter and more, so that five rounds say little about a few per cent.
    const bulkRounds = quick ? 2 : 9;
    /** @type {Record<string, any>} */
    const result = { rounds, bulkRounds, bulk: {}, images: {} };
    // Before anything is timed: each page compiles its code, and the connections warm up what they share.
    for (const [kind, options] of Object.values(bulkStrategies)) await pair.run(kind, [mib], { options });

    for (const [name, sizes] of Object.entries(workloads)) {
      result.bulk[name] = await alternate(pair, bulkStrategies, sizes, bulkRounds, {}, (text) =>
        say(`${name}: ${text}`),
      );
    }
    for (const [name, delay] of Object.entries({ loopback: undefined, '25 ms each way': 25 })) {
      const files = quick ? images.slice(0, 150) : images;
      const given = { delay };
      result.images[name] = await alternate(pair, imageStrategies, files, rounds, given, (text) =>
        say(`${files.length} images, ${name}: ${text}`),
      );
    }
    result.hashes = await pair.page.evaluate(
      (sizes) => globalThis.bench.hashes(sizes),
      [20 * kib, 256 * kib, mib, 15 * mib],
    );
    if (!quick) {
      const sweep = (name, values, toOptions) => sweepOf(pair, values, toOptions, (text) => say(`${name}: ${text}`));
      result.window = await sweep(
        'window',
        [256, 512, 1024, 2048, 4096, 8192].map((k) => k * kib),
        (bytes) => ({
          highWaterMark: bytes,
          lowWaterMark: bytes / 2,
        }),
      );
      result.chunk = await sweep(
        'chunk',
        [16, 32, 64, 128, 256].map((k) => k * kib),
        (bytes) => ({ maxMessageSize: bytes }),
      );
      result.block = await sweep(
        'block',
        [256, 1024, 2048, 4096, 8192].map((k) => k * kib),
        (bytes) => ({ blockSize: bytes }),
      );
    }
    return result;
  } finally {
    await pair.close();
  }
}

/** Medians by strategy: MB/s, files/s, and the main threads' milliseconds per MB. */
async function alternate(pair, strategies, sizes, rounds, given, say) {
  const runs = Object.fromEntries(Object.keys(strategies).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    say(`round ${round + 1} of ${rounds}`);
    const names = Object.keys(strategies);
    // Each round begins with another one: whoever comes first must not always be the same.
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(turn + round) % names.length];
      const [kind, options] = strategies[name];
      runs[name].push(await pair.run(kind, sizes, { options, ...given }));
    }
  }
  const megabytes = total(sizes) / 1e6;
  const of = (list, pick) => median(list.map(pick));
  return Object.fromEntries(
    Object.entries(runs).map(([name, list]) => [
      name,
      {
        speed: of(list, ({ seconds }) => megabytes / seconds),
        files: of(list, ({ seconds }) => sizes.length / seconds),
        sender: of(list, ({ sender }) => sender.taskMs / megabytes),
        receiver: of(list, ({ receiver }) => receiver.taskMs / megabytes),
        senderCpu: of(list, ({ sender }) => sender.cpuMs / megabytes),
        receiverCpu: of(list, ({ receiver }) => receiver.cpuMs / megabytes),
      },
    ]),
  );
}

/** Throughput of one 15 MiB file by one option's value, and how far the sender's progress runs ahead of the truth. */
async function sweepOf(pair, values, toOptions, say) {
  const runs = values.map(() => []);
  for (let round = 0; round < 3; round += 1) {
    say(`round ${round + 1} of 3`);
    for (const [index, value] of values.entries()) {
      runs[index].push(await pair.run('package', [15 * mib], { options: toOptions(value) }));
    }
  }
  return values.map((value, index) => ({
    value,
    speed: median(runs[index].map(({ seconds }) => (15 * mib) / 1e6 / seconds)),
    lag: median(runs[index].map(lagOf)),
  }));
}

/** Milliseconds between "sent so many bytes" on one side and "received as many" on the other: the median over the file. */
function lagOf({ sent, received }) {
  const lags = sent.map(([bytes, time]) => (received.find(([arrived]) => arrived >= bytes)?.[1] ?? NaN) - time);
  return median(lags.filter((lag) => !Number.isNaN(lag)));
}
