// The seam between a signalling server and all others that share its rooms. What passes is in messages.mjs.
import { readFileSync } from 'node:fs';
import { MemoryHub } from './memory-bus.mjs';
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
 * The bus that the environment asks for: none is this process alone.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @param {(line: string) => void} log
 * @returns {Bus}
 */
export function busFrom({ SIGNALLING_BUS, NATS_TOKEN, NATS_CREDS }, log) {
  if (!SIGNALLING_BUS) return new MemoryHub().connect();
  const servers = SIGNALLING_BUS.split(',').map((server) => server.trim());
  for (const server of servers)
    if (!/^(?:nats|tls):\/\/[^/?#]+\/?$/.test(server) || !URL.canParse(server))
      throw new Error('SIGNALLING_BUS must be nats://host:port, or several of them with commas between.');
  return new NatsBus({ servers, token: NATS_TOKEN, credentials: NATS_CREDS && readFileSync(NATS_CREDS), log });
}
