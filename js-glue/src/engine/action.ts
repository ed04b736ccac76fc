import type { RawAction } from 'virtual:engine';

/**
 * The engine's actions as a discriminated union. The numbers are those of `ActionKind` in bindings/js_types.h; what each
 * asks for is said in wasm/include/peer_session/action.h.
 */
export const ActionKind = {
  none: 0,
  sendText: 1,
  sendBytes: 2,
  awaitLow: 3,
  closed: 4,
  readBlock: 5,
  uploadEnded: 6,
  storeChunk: 7,
  dropChunk: 8,
  authorize: 9,
  verify: 10,
  deliver: 11,
  failed: 12,
  connected: 13,
  offerReceived: 14,
  syncRequested: 15,
  inventoryReceived: 16,
  fileRequested: 17,
  report: 18,
  signFile: 19,
} as const;

type Kind = typeof ActionKind;

export interface SendBytes {
  kind: Kind['sendBytes'];
  transfer: number;
  offset: number;
  length: number;
  messageSize: number;
  fileSize: number;
}
export interface ReadBlock {
  kind: Kind['readBlock'];
  transfer: number;
  offset: number;
  length: number;
}
export interface StoreChunk {
  kind: Kind['storeChunk'];
  transfer: number;
  offset: number;
  length: number;
  fileSize: number;
}
interface WithText<K extends number> {
  kind: K;
  text: string;
}
interface WithTransfer<K extends number> {
  kind: K;
  transfer: number;
}

export type Action =
  | SendBytes
  | ReadBlock
  | StoreChunk
  | { kind: Kind['awaitLow']; length: number }
  | WithTransfer<Kind['authorize']>
  | (WithTransfer<Kind['uploadEnded'] | Kind['failed'] | Kind['deliver'] | Kind['signFile'] | Kind['verify']> & {
      text: string;
    })
  | WithText<
      | Kind['sendText']
      | Kind['closed']
      | Kind['offerReceived']
      | Kind['inventoryReceived']
      | Kind['fileRequested']
      | Kind['report']
    >
  | { kind: Kind['none'] | Kind['dropChunk'] | Kind['connected'] | Kind['syncRequested'] };

/** A change of type only: the raw object is what the union describes. */
export function toAction(raw: RawAction): Action {
  return raw as unknown as Action;
}
