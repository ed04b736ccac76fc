// @ts-check
import assert from 'node:assert/strict';

/**
 * The transfers in one direction of a wire log, strictly as the protocol frames them: `meta`, then binary messages until
 * its size is reached, then the next. A transfer that ended early is followed by its `transfer-abort`, by nothing more at
 * the end of the log, or not at all. Throws an AssertionError on bytes that belong to no transfer.
 *
 * @param {import('peer-session/testing').WireEntry[]} entries
 * @param {'a' | 'b'} from
 */
export function transfersOf(entries, from) {
  /** @type {{transferId: string, size: number, bytes: Uint8Array, received: number, aborted: boolean}[]} */
  const transfers = [];
  let running;
  for (const entry of entries.filter((candidate) => candidate.from === from)) {
    if (entry.message?.type === 'meta') {
      assert.ok(!running || running.received === running.size, 'a meta inside an unfinished transfer');
      const { transferId, size } = entry.message;
      running = { transferId, size, bytes: new Uint8Array(size), received: 0, aborted: false };
      transfers.push(running);
    } else if (entry.message?.type === 'transfer-abort' && running?.transferId === entry.message.transferId) {
      running.aborted = true;
      running = undefined;
    } else if (entry.bytes) {
      assert.ok(running, 'bytes before any meta, or after an abort');
      assert.ok(entry.bytes.length > 0, 'an empty message');
      assert.ok(running.received + entry.bytes.length <= running.size, 'more bytes than announced');
      running.bytes.set(entry.bytes, running.received);
      running.received += entry.bytes.length;
    }
  }
  return transfers;
}
