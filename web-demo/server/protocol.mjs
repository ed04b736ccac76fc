// What may pass through the server. A message is rebuilt from the fields named here, never forwarded as it came,
// so nothing a client adds (a sender id above all) reaches anyone else.

// Letters, digits, - and _: safe in a URL fragment, a log line and a page. 64 holds any UUID or a few words.
const ROOM_NAME = /^[A-Za-z0-9_-]{1,64}$/;

export const ERROR_TEXT = Object.freeze({
  'bad-room': 'A room name has 1 to 64 letters, digits, hyphens or underscores.',
  'room-full': 'This room is full.',
  'too-many-rooms': 'The server holds as many rooms as it can; try again later.',
  'bad-json': 'The message is not valid JSON.',
  'bad-message': 'The message is not an offer, an answer or a candidate with a target.',
  'unknown-peer': 'The target is not in this room.',
  'rate-limited': 'Too many messages; the connection is closed.',
  'too-many-errors': 'Too many bad messages; the connection is closed.',
});

export function roomFromUrl(url) {
  const room = new URL(url, 'http://localhost').searchParams.get('room');
  return room !== null && ROOM_NAME.test(room) ? room : undefined;
}

/** Returns `{ message }`, or `{ error }` with a code of ERROR_TEXT. */
export function parseSignal(data, isBinary) {
  if (isBinary) return { error: 'bad-message' };
  let value;
  try {
    value = JSON.parse(data.toString('utf8'));
  } catch {
    return { error: 'bad-json' };
  }
  if (typeof value !== 'object' || value === null) return { error: 'bad-message' };
  const { type, targetId, sdp, candidate } = value;
  if (typeof targetId !== 'string') return { error: 'bad-message' };
  if (type === 'offer' || type === 'answer') {
    return isPlainObject(sdp) || typeof sdp === 'string'
      ? { message: { type, targetId, sdp } }
      : { error: 'bad-message' };
  }
  if (type === 'candidate') {
    return isPlainObject(candidate) || candidate === null
      ? { message: { type, targetId, candidate } }
      : { error: 'bad-message' };
  }
  return { error: 'bad-message' };
}

function isPlainObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
