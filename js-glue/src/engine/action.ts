import type { FileDescription } from './file-description.js';

/**
 * What the engine wants done; what each asks for is said in wasm/include/peer_session/action.h. They are made in
 * bindings/actions.cc, and tests/tools/actions.test.mjs compares the two.
 */
export type Action =
  | { kind: 'sendText'; lane: number; text: string }
  | {
      kind: 'sendBytes';
      transfer: number;
      offset: number;
      length: number;
      messageSize: number;
      fileSize: number;
      soFar: number;
      lane: number;
    }
  | { kind: 'awaitLow'; lane: number; threshold: number }
  | { kind: 'openLane'; lane: number }
  | { kind: 'answerLane'; lane: number; description: string }
  | { kind: 'acceptLane'; lane: number; description: string }
  | { kind: 'closeLane'; lane: number }
  | { kind: 'drained' }
  | { kind: 'interrupted' }
  | { kind: 'closed'; reason: string }
  | { kind: 'readBlock'; transfer: number; offset: number; length: number; isFirst: boolean; number: number }
  | { kind: 'signFile'; transfer: number; file: FileDescription }
  | { kind: 'hashFile'; transfer: number }
  | { kind: 'uploadPulled'; transfer: number }
  | {
      kind: 'uploadEnded';
      transfer: number;
      reason: string;
      peerReason: string;
      isDelivered: boolean;
      peerDetail: string;
    }
  | { kind: 'paused'; transfer: number; isPaused: boolean }
  | { kind: 'findPartial'; transfer: number; hash: string; size: number }
  | { kind: 'discardPartial'; transfer: number }
  | {
      kind: 'storeChunk';
      transfer: number;
      offset: number;
      length: number;
      fileSize: number;
      soFar: number;
      front: number;
    }
  | { kind: 'finishSink'; transfer: number }
  | { kind: 'dropChunk' }
  | { kind: 'authorize'; transfer: number }
  | { kind: 'verify'; transfer: number; claim?: FileDescription }
  | {
      kind: 'downloadEnded';
      transfer: number;
      reason: string;
      peerReason: string;
      kept: number;
      hash: string;
      size: number;
      file?: FileDescription;
    }
  | { kind: 'connected' }
  | { kind: 'peerKnown'; takesTrailingHash: boolean }
  | { kind: 'resumed' }
  | { kind: 'offerReceived'; file: FileDescription }
  | { kind: 'offerWithdrawn'; transferId: string }
  | { kind: 'syncRequested' }
  | { kind: 'inventoryReceived'; hashes: string[] }
  | { kind: 'fileRequested'; hash: string }
  | { kind: 'report'; reason: string };

/** The action of that kind. */
export type ActionOf<K extends Action['kind']> = Extract<Action, { kind: K }>;
