// @ts-check
import { Ending, exitCodes } from './exit-codes.mjs';

/**
 * The package needs neither in a browser, and so brings neither along.
 *
 * @returns {Promise<{ RTCPeerConnection: typeof RTCPeerConnection, WebSocket: typeof WebSocket }>}
 * @throws {Ending} that says what to install.
 */
export async function loadRequirements() {
  return { RTCPeerConnection: await loadWebRtc(), WebSocket: await loadWebSocket() };
}

async function loadWebRtc() {
  try {
    return (await import('node-datachannel/polyfill')).RTCPeerConnection;
  } catch (error) {
    throw missing('node-datachannel', 'WebRTC', error);
  }
}

async function loadWebSocket() {
  // Node has its own from version 22 on.
  if (globalThis.WebSocket) return globalThis.WebSocket;
  try {
    return /** @type {any} */ ((await import('ws')).WebSocket);
  } catch (error) {
    throw missing('ws', 'WebSockets', error);
  }
}

/**
 * @param {string} name
 * @param {string} what
 * @param {unknown} error
 */
function missing(name, what, error) {
  const isAbsent = /** @type {{ code?: string }} */ (error).code === 'ERR_MODULE_NOT_FOUND';
  const text = isAbsent
    ? `This Node has no ${what}: install ${name} ("npm install ${name}") beside peer-session.`
    : `${name} does not work here (${/** @type {Error} */ (error).message}): install it anew.`;
  return new Ending(exitCodes.missing, text);
}
