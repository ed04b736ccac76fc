import { tagOf, toBytes, type Bytes } from '../basics/bytes.js';

/** A message on its way: nobody else holds its bytes. */
export type Payload = string | Bytes;

/** A copy, as a network makes one: the sender may use its memory again. */
export function payloadOf(data: unknown): Payload {
  if (typeof data === 'string') return data;
  const bytes = toBytes(data);
  if (!bytes) throw new TypeError(`A mock channel sends text and bytes, not ${tagOf(data)}`);
  return bytes.slice();
}

/** In UTF-8, without an encoder: test environments may have none. */
export function sizeOf(payload: Payload): number {
  if (typeof payload !== 'string') return payload.length;
  let size = 0;
  for (const character of payload) {
    const code = character.codePointAt(0) ?? 0;
    size += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x1_0000 ? 3 : 4;
  }
  return size;
}

/** As the channel's owner wants it. */
export function received(payload: Payload, binaryType: BinaryType): string | ArrayBuffer | Blob {
  if (typeof payload === 'string') return payload;
  return binaryType === 'blob' ? new Blob([payload]) : payload.buffer;
}
