import { roomName, ROOM_NAME_RULE } from '../shared/room-name.mjs';

// What may pass through the server. A message is rebuilt from the fields named here, never forwarded as it came,
// so nothing a client adds (a sender id above all) reaches anyone else.

// The server's own ids have 32.
const ID = /^[\w-]{1,64}$/;

export const ERROR_TEXT = Object.freeze({
  'bad-room': ROOM_NAME_RULE,
  'bad-key': 'A key is the seconds since 1970 up to which it holds, a dot, and 43 characters of base64url.',
  'key-expired': 'This key does not hold now; a new one, drawn by the time given here, makes someone new.',
  replaced: 'The same page has connected once more.',
  'room-full': 'This room is full.',
  'too-many-rooms': 'The server holds as many rooms as it can; try again later.',
  'bad-json': 'The message is not valid JSON.',
  'bad-message': 'The message is not an offer, an answer or a candidate with a target.',
  'unknown-peer': 'The target is not in this room.',
  'rate-limited': 'Too many messages; the connection is closed.',
  'too-many-errors': 'Too many bad messages; the connection is closed.',
});

export function roomFromUrl(url) {
  return roomName(new URL(url, 'http://localhost').searchParams.get('room') ?? '');
}

/** Returns `{ message }`, a signal or the wish for ICE servers, or `{ error }` with a code of ERROR_TEXT. */
export function parseSignal(data, isBinary) {
  if (isBinary) return { error: 'bad-message' };
  let value;
  try {
    value = JSON.parse(data.toString('utf8'));
  } catch {
    return { error: 'bad-json' };
  }
  if (isObject(value) && value.type === 'ice-servers') return { message: { type: 'ice-servers' } };
  const message = readSignal(value);
  return message ? { message } : { error: 'bad-message' };
}

/** The signal, or undefined if it is none. */
export function readSignal(value) {
  return isObject(value) && isText(value.targetId) && ID.test(value.targetId) ? signalOf(value) : undefined;
}

/** The known fields of a signal, each of its kind; undefined if it is none. The message's size bounds them all. */
function signalOf({ type, targetId, sdp, candidate }) {
  switch (type) {
    case 'offer':
    case 'answer':
      // A whole description, or, from peers of version 0.1, its text.
      if (isText(sdp)) return { type, targetId, sdp };
      return isObject(sdp) && sdp.type === type && isText(sdp.sdp)
        ? { type, targetId, sdp: { type, sdp: sdp.sdp } }
        : undefined;
    case 'candidate':
      if (candidate === null) return { type, targetId, candidate };
      return isObject(candidate) && isText(candidate.candidate) && isLineOf(candidate)
        ? { type, targetId, candidate: candidateOf(candidate) }
        : undefined;
    default:
      return undefined;
  }
}

function isLineOf({ sdpMid = null, sdpMLineIndex = null, usernameFragment = null }) {
  const isIndex = Number.isInteger(sdpMLineIndex) && sdpMLineIndex >= 0 && sdpMLineIndex <= 65_535;
  return (
    [sdpMid, usernameFragment].every((text) => text === null || isText(text)) && (sdpMLineIndex === null || isIndex)
  );
}

/** Fields that are not there are left out, which JSON does with what is undefined. */
function candidateOf({ candidate, sdpMid, sdpMLineIndex, usernameFragment }) {
  return { candidate, sdpMid, sdpMLineIndex, usernameFragment };
}

function isText(value) {
  return typeof value === 'string';
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
