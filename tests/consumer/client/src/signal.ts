/** What peers say to each other through signalling. */
export type Signal =
  | { type: 'join'; senderId: string; peerId: string; targetId?: string | undefined }
  | { type: 'offer'; senderId: string; targetId: string; sdp: RTCSessionDescriptionInit }
  | { type: 'answer'; senderId: string; targetId: string; sdp: RTCSessionDescriptionInit }
  | { type: 'candidate'; senderId: string; targetId: string; candidate: RTCIceCandidateInit }
  | { type: 'leave'; senderId: string; peerId: string };

/** Whatever is none of them is dropped. */
export function isSignal(message: unknown): message is Signal {
  if (!isObject(message) || typeof message.senderId !== 'string') return false;
  switch (message.type) {
    case 'join':
    case 'leave':
      return typeof message.peerId === 'string';
    case 'offer':
    case 'answer':
      return typeof message.targetId === 'string' && isDescription(message.sdp, message.type);
    case 'candidate':
      return typeof message.targetId === 'string' && isCandidate(message.candidate);
    default:
      return false;
  }
}

function isDescription(value: unknown, type: string): boolean {
  return isObject(value) && value.type === type && typeof value.sdp === 'string';
}

function isCandidate(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value.candidate === 'string' &&
    typeof value.sdpMid === 'string' &&
    typeof value.sdpMLineIndex === 'number'
  );
}

interface Fields {
  type?: unknown;
  senderId?: unknown;
  peerId?: unknown;
  targetId?: unknown;
  sdp?: unknown;
  candidate?: unknown;
  sdpMid?: unknown;
  sdpMLineIndex?: unknown;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}
