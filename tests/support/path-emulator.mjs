// @ts-check
// One network path between programs on this machine: delay, a bottleneck with a queue, loss, cuts and new ports, each
// direction by itself, shared by all connections that are led over it. tests/support/path/ is the native program.
//
//   const path = await Path.start({ both: { delayMs: 25, rate: 20e6, queueMs: 100 } });
//   const flow = await path.addFlow();                              // for one connection
//   signals from B, the hidden end, to A:  deliver(flow.redirect(signal))      // A learns of B only as the flow's port
//   signals from A, the caller, to B:      deliver(withoutCandidates(signal))  // B learns of A from the packets that come
//   await path.set('hidden', { loss: 0.01 });  await path.cut();  await path.restore();  await flow.rebind('caller');
//   const { toHidden, toCaller } = await path.statistics({ reset: true });  await path.close();
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildFolder } from '../../tools/setup/paths.mjs';
import { Redirection } from './redirect.mjs';

export { withoutCandidates } from './redirect.mjs';

const preset = 'native-debug';
const target = 'path_emulator';
const program = join(buildFolder, preset, 'tests', 'support', 'path', target);

/** What the headers of IPv4 and UDP add to each datagram. */
export const headerBytes = 28;

/** For whoever builds before it starts something: see buildPreset. */
export const pathEmulatorBuild = { preset, target };

/**
 * What one direction does. Packets count with the 28 bytes of their IPv4 and UDP headers. What is not said stays as it was;
 * at first a direction does nothing at all.
 *
 * @typedef {object} Link
 * @property {number} [delayMs] Milliseconds, to the nanosecond.
 * @property {number} [jitterMs] Up to so much more, drawn for each packet; the order is kept.
 * @property {number} [rate] Bits per second of the bottleneck; 0: none.
 * @property {number} [queueMs] How much may lie in front of the bottleneck, in milliseconds of its rate; more is dropped.
 * @property {number} [queueBytes] The same in bytes.
 * @property {number} [loss] The share of packets that are lost behind the bottleneck, each for itself: 0 to 1.
 * @property {{begin?: number, length?: number}} [burst] Losses in a row: how likely each packet is to begin one, and their mean
 * number.
 *
 * @typedef {'caller' | 'hidden'} End
 *
 * @typedef {object} DirectionStatistics
 * @property {{packets: number, bytes: number}} arrived
 * @property {{packets: number, bytes: number, payloadBytes: number}} passed
 * @property {number} waiting Packets that are on their way.
 * @property {number} goodput Bits per second of what the datagrams held.
 * @property {{queue: number, loss: number, cut: number, stale: number, unaddressed: number, refused: number, kernel: number,
 *   atEnd: number}} dropped Packets. The first three were asked for; `stale` were for a port that was given up, `unaddressed`
 * of or to nobody known, `refused` by the kernel as they were sent. `kernel` were not read in time by the emulator, and `atEnd`
 * not by the program that they went to: where these two are not 0, the path was not the one that was set.
 * @property {{meanMs: number, maxMs: number}} queue The backlog of the bottleneck, averaged over time.
 * @property {{meanUs: number, p99Us: number, maxUs: number}} late The emulator's own error: how long after its computed time
 * each packet left.
 *
 * @typedef {{seconds: number, toHidden: DirectionStatistics, toCaller: DirectionStatistics}} Statistics
 *
 * A row of a trace: flow, bytes with headers, nanoseconds of arrival, of the computed departure and of the true one, and what
 * became of it.
 * @typedef {[number, number, number, number, number, string]} Traced
 */

export class Path {
  #process;
  #lastId = 0;
  /** @type {Map<number, {resolve: (answer: any) => void, reject: (error: Error) => void}>} */
  #asked = new Map();

  /**
   * @param {object} [links]
   * @param {Link} [links.both] For both directions.
   * @param {Link} [links.toHidden] Beyond that, for packets from the caller to the hidden end.
   * @param {Link} [links.toCaller] And back.
   */
  static async start({ both, toHidden, toCaller } = {}) {
    const path = new Path();
    try {
      if (both) await path.setBoth(both);
      if (toHidden) await path.set('hidden', toHidden);
      if (toCaller) await path.set('caller', toCaller);
      return path;
    } catch (error) {
      await path.close();
      throw error;
    }
  }

  /** @private Use {@link Path.start}. */
  constructor() {
    if (!existsSync(program)) {
      throw new Error(
        `${program} is not there: cmake --preset ${preset} && cmake --build --preset ${preset} -t ${target}`,
      );
    }
    this.#process = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
    // What cannot be written any more was asked of a process that has ended, and is answered by that.
    this.#process.stdin.on('error', () => {});
    this.#process.on('error', (error) => this.#failAll(error));
    this.#process.on('close', () => this.#failAll(new Error('the path emulator has ended')));
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#answered(JSON.parse(line)));
  }

  /** A way for one more connection. All flows share each direction's bottleneck, loss and cuts. */
  async addFlow() {
    return new Flow(await this.#ask('add flow'), (what, given) => this.#ask(what, given));
  }

  /** From now on, in the direction that leads to this end. @param {End} towards @param {Link} settings */
  set(towards, settings) {
    return this.#ask('set', { towards, settings });
  }

  /** @param {Link} settings */
  setBoth(settings) {
    return this.#ask('set', { settings });
  }

  /** Losses and jitter are drawn anew; without this, each run draws the same. @param {End} towards @param {number} seed */
  seed(towards, seed) {
    return this.#ask('seed', { towards, seed });
  }

  /** Nothing passes any more, and what was on its way is lost; nobody is told. @param {End} [towards] */
  cut(towards) {
    return this.#ask('cut', { towards });
  }

  /** @param {End} [towards] */
  restore(towards) {
    return this.#ask('restore', { towards });
  }

  /** Since the start or the last reset. @returns {Promise<Statistics>} */
  statistics({ reset = false } = {}) {
    return this.#ask('statistics', { reset });
  }

  /** Remembers what becomes of the next packets, so many in each direction. */
  trace(packets) {
    return this.#ask('trace', { packets });
  }

  /** @returns {Promise<{toHidden: Traced[], toCaller: Traced[]}>} */
  readTrace() {
    return this.#ask('read trace');
  }

  async close() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'close');
    this.#process.stdin.end();
    await ended;
  }

  #ask(what, given = {}) {
    const id = (this.#lastId += 1);
    return /** @type {Promise<any>} */ (
      new Promise((resolve, reject) => {
        this.#asked.set(id, { resolve, reject });
        if (this.#process.exitCode !== null) this.#failAll(new Error('the path emulator has ended'));
        else this.#process.stdin.write(`${JSON.stringify({ ...given, id, do: what })}\n`);
      })
    );
  }

  #answered({ id, error, ...answer }) {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (error === undefined) asked?.resolve(answer);
    else asked?.reject(new Error(`path emulator: ${error}`));
  }

  #failAll(error) {
    for (const { reject } of this.#asked.values()) reject(error);
    this.#asked.clear();
  }
}

/** One connection's way over the path. */
export class Flow {
  /** As in the rows of a trace. */
  id;
  #ask;
  #redirection;
  #isHidden = false;

  /** Only for {@link Path.addFlow}. */
  constructor({ flow, port, portSeenByHidden }, ask) {
    this.id = flow;
    this.#ask = ask;
    this.port = port;
    this.portSeenByHidden = portSeenByHidden;
    this.#redirection = new Redirection(port);
  }

  /**
   * See {@link Redirection.apply}; its sender is the hidden end.
   *
   * @template {import('./redirect.mjs').Signal} T
   * @param {T} signal
   * @returns {T | undefined}
   */
  redirect(signal) {
    const redirected = this.#redirection.apply(signal);
    const { hidden } = this.#redirection;
    if (hidden && !this.#isHidden) {
      this.#isHidden = true;
      // Long before a packet can come: the signal has yet to be delivered. Only the end of the emulator can refuse it.
      this.hide(hidden).catch(() => {});
    }
    return redirected;
  }

  /** For an end that no signal names. @param {import('./redirect.mjs').Endpoint} endpoint */
  hide({ address, port }) {
    return this.#ask('hide', { flow: this.id, address, port });
  }

  /**
   * This end gets a new port, as when its NAT has forgotten it: the other end sees its packets come from there, and what goes to
   * the old port is lost. @param {'caller' | 'hidden'} end
   */
  async rebind(end) {
    const { port, portSeenByHidden } = await this.#ask('rebind', { flow: this.id, end });
    this.port = port;
    this.portSeenByHidden = portSeenByHidden;
  }

  remove() {
    return this.#ask('remove flow', { flow: this.id });
  }
}
