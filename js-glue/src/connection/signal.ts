/** A browser's description of one data channel has 1 to 10 KB, with all its candidates. */
const longestDescription = 256 * 1024;
/** A candidate has some 200 characters (RFC 8839, section 5.1). */
const longestCandidate = 4096;

export interface Description {
  type: 'offer' | 'answer';
  sdp: string;
}

/** A signal that has the right shape. What is in it, the connection judges. */
export type Signal = Description | { type: 'candidate'; candidate: RTCIceCandidateInit | undefined };

/**
 * What came through the application's signalling may be anything. Of another type it is none of ours: undefined, as whatever
 * peers say next year is.
 *
 * @throws TypeError that says what is wrong.
 */
export function readSignal(message: unknown): Signal | undefined {
  const { type, sdp, candidate } = fieldsOf(message, 'The signal');
  switch (type) {
    case 'offer':
    case 'answer':
      return { type, sdp: readDescription(type, sdp) };
    case 'candidate':
      return { type, candidate: readCandidate(candidate) };
    default:
      if (typeof type === 'string') return undefined;
      throw new TypeError('The signal has no type.');
  }
}

const candidateFields = ['candidate', 'sdpMid', 'sdpMLineIndex', 'usernameFragment'] as const;

/** The fields that every implementation knows, by name: those of a live `RTCIceCandidate` are its prototype's. */
export function toCandidateInit(candidate: RTCIceCandidateInit): RTCIceCandidateInit {
  const told = candidateFields.filter((field) => candidate[field] !== undefined);
  return Object.fromEntries(told.map((field) => [field, candidate[field]]));
}

/** Version 0.1 sent the text alone. */
function readDescription(type: 'offer' | 'answer', sdp: unknown): string {
  const name = `The description of the ${type}`;
  const description: Fields = typeof sdp === 'string' ? { type, sdp } : fieldsOf(sdp, name);
  if ((description.type ?? type) !== type) throw new TypeError(`${name} is of another type.`);
  return textOf(description.sdp, name, longestDescription);
}

/** Undefined at the end of the candidates, which is said by an empty one or by none. */
function readCandidate(candidate: unknown): RTCIceCandidateInit | undefined {
  if (candidate === null) return undefined;
  const fields = fieldsOf(candidate, 'The candidate');
  if (fields.candidate === '') return undefined;
  textOf(fields.candidate, 'The candidate', longestCandidate);
  return toCandidateInit(fields as RTCIceCandidateInit);
}

interface Fields {
  type?: unknown;
  sdp?: unknown;
  candidate?: unknown;
}

function fieldsOf(value: unknown, name: string): Fields {
  if (typeof value !== 'object' || value === null) throw new TypeError(`${name} is no object.`);
  return value;
}

function textOf(value: unknown, name: string, longest: number): string {
  if (typeof value !== 'string' || value === '') throw new TypeError(`${name} has no text.`);
  if (value.length > longest) throw new TypeError(`${name} is too long.`);
  return value;
}
