// What processes say to each other. Whatever comes is rebuilt from known fields, as from a client: another version may
// be on the same bus, or something else altogether.
import { readSignal } from '../protocol.mjs';

/** The channel that is no room. */
export const EVERY_PROCESS = Symbol('every process');

// A client's largest message in its envelope.
const MAX_BYTES = 64 * 1024 + 1024;
const NAME = /^[\w-]{1,64}$/;
// A room holds eight. Another process may be set to more.
const MAX_MEMBERS = 64;
const MAX_COUNT = 1_000_000;
// The last moment that a Date can be: it can be counted on from there.
const LAST_MOMENT = 8.64e15;

/**
 * @typedef {object} MembersMessage All that a process has in a room, whatever it said before.
 * @property {'members'} type
 * @property {string} process
 * @property {[id: string, since: number][]} members
 * @property {string[]} left Those no more among them who said goodbye.
 * @property {boolean} asks Whether others shall tell theirs, too.
 * @property {number} processes How many processes are in the room but for the one that asked; 0 if none has.
 *
 * @typedef {{ type: 'signal', process: string, from: string, signal: { type: string, targetId: string } }} SignalOnBus
 * @typedef {{ type: 'alive', process: string, rooms: number }} AliveMessage
 * @typedef {{ type: 'bye', process: string }} ByeMessage
 * @typedef {MembersMessage | SignalOnBus | AliveMessage | ByeMessage} BusMessage
 */

/** A subject is a hash of the room's name, and a hash says nothing for sure: the name goes along. */
export function encode(channel, message) {
  return JSON.stringify({ ...message, ...(channel === EVERY_PROCESS ? {} : { room: channel }) });
}

/**
 * The message, or undefined if it is none or none for this channel.
 *
 * @param {string | symbol} channel
 * @param {Buffer | Uint8Array} bytes
 * @returns {BusMessage | undefined}
 */
export function decode(channel, bytes) {
  if (bytes.length > MAX_BYTES) return undefined;
  let value;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8'));
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !isName(value.process)) return undefined;
  if (channel === EVERY_PROCESS) return processMessage(value);
  return value.room === channel ? roomMessage(value) : undefined;
}

function processMessage({ type, process, rooms }) {
  if (type === 'alive' && isCount(rooms)) return { type, process, rooms };
  return type === 'bye' ? { type, process } : undefined;
}

function roomMessage(value) {
  const { type, process } = value;
  if (type === 'members') {
    const { members, left, asks, processes } = value;
    const isMessage =
      isListOf(members, isMember) && isListOf(left, isName) && typeof asks === 'boolean' && isCount(processes);
    return isMessage ? { type, process, members, left, asks, processes } : undefined;
  }
  if (type !== 'signal' || !isName(value.from)) return undefined;
  const signal = readSignal(value.signal);
  return signal && { type, process, from: value.from, signal };
}

function isMember(value) {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [id, since] = value;
  return isName(id) && Number.isInteger(since) && since >= 0 && since <= LAST_MOMENT;
}

function isName(value) {
  return typeof value === 'string' && NAME.test(value);
}

function isCount(value) {
  return Number.isInteger(value) && value >= 0 && value <= MAX_COUNT;
}

function isListOf(value, isItem) {
  return Array.isArray(value) && value.length <= MAX_MEMBERS && value.every(isItem);
}
