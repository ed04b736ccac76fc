// Runs in both pages of a pair. One connection at a time: open, measure, close.
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js';
import { sha256 as wasmSha256 } from 'hash-wasm';
import { AnswersLink } from './answers.mjs';
import { hex } from './connect.mjs';
import { GalleryLink } from './gallery.mjs';
import { PeerJsLink } from './peerjs.mjs';
import { ClassicLink } from './classic.mjs';
import { PackageLink } from './package.mjs';
import { countArrivals } from './arrivals.mjs';
import { RawImagesLink, RawLink, RawPulledLink } from './raw.mjs';
import { ToClassicLink } from './to-classic.mjs';
import { SimplePeerLink } from './simple-peer.mjs';

const kinds = {
  package: PackageLink,
  answers: AnswersLink,
  gallery: GalleryLink,
  classic: ClassicLink,
  'to-classic': ToClassicLink,
  raw: RawLink,
  'raw-images': RawImagesLink,
  'raw-pulled': RawPulledLink,
  'simple-peer': SimplePeerLink,
  peerjs: PeerJsLink,
};

let link;
let arrival;
let files = [];
let arrivals = [];

globalThis.bench = {
  /** Content that does not compress, and its hash: made once, before anything is timed. */
  async prepare(sizes) {
    const noise = crypto.getRandomValues(new Uint8Array(65_536));
    files = [];
    for (const [index, size] of sizes.entries()) {
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size; at += noise.length)
        bytes.set(noise.subarray(0, Math.min(noise.length, size - at)), at);
      new DataView(bytes.buffer).setUint32(0, index);
      const hash = hex(await crypto.subtle.digest('SHA-256', bytes));
      files.push({ blob: new Blob([bytes], { type: 'image/png' }), hash });
    }
  },

  /** `side` is "a" (offers the connection, sends the files) or "b". */
  open(kind, side, options) {
    link = new kinds[kind](side, options, (signal) => globalThis.emitSignal(signal), files);
    return link.opened;
  },
  start: () => link.start(),
  signal: (signal) => link.handleSignal(signal),

  /** Gets ready to receive; a step of its own, so that it is done before anything is sent. */
  expect(sizes, fromClick = false) {
    arrival = link.receive(sizes, fromClick);
    // Only whoever asks for it shall hear of it: a measurement that was given up asks no more.
    arrival.catch(() => {});
  },
  /** Resolves with milliseconds, on this side's clock, until the last file is there and checked. */
  arrived: () => arrival,
  send: () => link.send(files),
  /** What only one kind of link knows. */
  ask: (what, ...given) => link[what](...given),
  /** [bytes, time on the common clock] of each progress event. */
  progress: () => link.progress ?? [],

  /** From the next connection on: [bytes so far, time] of each message that any channel brings. */
  countArrivals: () => countArrivals((log) => (arrivals = log)),
  arrivals: () => arrivals,

  async close() {
    await link?.close();
    link = undefined;
  },

  /** Milliseconds per hash, median, for each library and size. */
  async hashes(sizes) {
    const ways = {
      'crypto.subtle': (bytes) => crypto.subtle.digest('SHA-256', bytes),
      'hash-wasm': (bytes) => wasmSha256(bytes),
      '@noble/hashes': (bytes) => nobleSha256(bytes),
    };
    const rows = [];
    for (const size of sizes) {
      const bytes = new Uint8Array(size).fill(7);
      const row = { size };
      for (const [name, hash] of Object.entries(ways)) {
        const times = [];
        for (let round = 0; round < 5; round += 1) {
          const start = performance.now();
          await hash(bytes);
          times.push(performance.now() - start);
        }
        row[name] = times.sort((a, b) => a - b)[2];
      }
      rows.push(row);
    }
    return rows;
  },
};
