// @ts-check
import { MockLink, VirtualClock } from 'peer-session/testing';
import { Transfers } from 'peer-session/transfers';
import { ScriptedPeer } from './sessions.mjs';

/** @param {any} channel */
export const asChannel = (channel) => /** @type {RTCDataChannel} */ (channel);

/** Two of them on one link, which is open unless `open` is false. */
export function makePair({ link: linkOptions = {}, a = {}, b = {}, open = true } = {}) {
  const clock = new VirtualClock();
  const link = new MockLink(linkOptions);
  const make = (channel, options) =>
    new Transfers(asChannel(channel), { clock, maxMessageSize: link.maxMessageSize, ...options });
  const pair = { a: make(link.a, a), b: make(link.b, b), link, clock };
  if (open) link.open();
  return pair;
}

/** One of them, and a peer that says what the test tells it to. */
export function makeOne({ options = {}, link: linkOptions = {} } = {}) {
  const clock = new VirtualClock();
  const link = new MockLink({ drain: 'manual', ...linkOptions });
  const transfers = new Transfers(asChannel(link.a), { clock, ...options });
  link.open();
  link.drain('a');
  return { transfers, link, clock, peer: new ScriptedPeer(link, undefined) };
}

/** The next file that is offered. @returns {Promise<import('peer-session/transfers').IncomingFile>} */
export async function nextIncoming(transfers) {
  for await (const file of transfers.incoming) return file;
  throw new Error('it is over');
}

/** The code that a promise rejects with, or `resolved`. */
export async function codeOf(promise) {
  try {
    await promise;
    return 'resolved';
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

/** Resolves with the first event of that type that fits. */
export function untilEvent(target, type, fits = /** @type {(event: any) => boolean} */ (() => true)) {
  return new Promise((resolve) => {
    const listener = (event) => {
      if (!fits(event)) return;
      target.removeEventListener(type, listener);
      resolve(event);
    };
    target.addEventListener(type, listener);
  });
}

/** The first bytes of that pull have come. */
export async function untilReceiving(transfers, pull) {
  if (pull.state === 'waiting')
    await untilEvent(transfers, 'change', ({ item }) => item === pull && pull.state === 'receiving');
}

/** Whatever has been started has come as far as it can without the clock. */
export async function settleTurns(count = 20) {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** What nobody looked at in this process so far. */
export const unhandled = [];
process.on('unhandledRejection', (reason) => unhandled.push(reason));
