// The seam between a signalling server and all others that share its rooms. What passes is in messages.mjs.
import { readFileSync } from 'node:fs';
import { NatsBus } from './nats-bus.mjs';

/**
 * @typedef {import('./messages.mjs').BusMessage} BusMessage
 * @typedef {string | typeof import('./messages.mjs').EVERY_PROCESS} Channel A room's name, or what every process listens to.
 *
 * @typedef {object} Bus One process's place on the bus. It never hears itself.
 * @property {'connected' | 'disconnected'} status
 * @property {(channel: Channel, message: BusMessage) => void} publish What is published while there is no connection is lost.
 * @property {(room: string, message: BusMessage) => Promise<boolean>} ask Publishes, and says whether anybody was there to hear it.
 * @property {(channel: Channel, handler: (message: BusMessage) => void) => () => void} subscribe One handler for each channel.
 * @property {(handler: (status: Bus['status']) => void) => void} onStatus At each change.
 * @property {() => Promise<void>} close
 */

/**
 * The bus that the settings ask for; undefined is this process alone.
 *
 * @param {{ servers: string[], token?: string, credentials?: string }} settings `credentials` is the name of a file.
 * @param {(line: string) => void} log
 * @returns {Bus | undefined}
 */
export function busFrom({ servers, token, credentials }, log) {
  if (servers.length === 0) return undefined;
  return new NatsBus({ servers, token, credentials: credentials && readFileSync(credentials), log });
}
