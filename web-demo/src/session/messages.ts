import type { IncomingFile } from 'peer-session/transfers';
import { Collection, type Keyed } from '../util/collection.js';
import type { Connection } from './connection.js';

/** Of one text, in UTF-8. */
export const MAX_TEXT_BYTES = 64 * 1024;

// The page is a window on what happens, not an archive.
const MAX_MESSAGES = 100;
// Of one person at a time: texts are not asked for, and each is up to 64 KiB.
const MAX_PULLS = 16;

export interface Message extends Keyed {
  readonly direction: 'send' | 'receive';
  readonly text: string;
  /** From whom, or to whom; undefined for several. */
  readonly peerName: string | undefined;
  readonly state: 'sending' | 'arrived' | 'failed';
  readonly time: Date;
}

/** Texts and links from page to page: each is a small file that says what it is, and is taken without a question. */
export class Messages {
  readonly items = new Collection<Message>();
  readonly #pulls = new Map<string, number>();
  #count = 0;

  readonly receive = (from: Connection, file: IncomingFile): void => {
    const underWay = this.#pulls.get(from.peerId) ?? 0;
    if (file.size > MAX_TEXT_BYTES || underWay >= MAX_PULLS) {
      file.decline();
      return;
    }
    this.#pulls.set(from.peerId, underWay + 1);
    file
      .pull()
      .then((content) => content.text())
      .then((text) => this.#add({ direction: 'receive', text, peerName: from.peerName, state: 'arrived' }))
      // Whoever sent it is told, and may send it again.
      .catch(() => {})
      .finally(() => {
        const left = (this.#pulls.get(from.peerId) ?? 1) - 1;
        if (left > 0) this.#pulls.set(from.peerId, left);
        else this.#pulls.delete(from.peerId);
      });
  };

  send(text: string, recipients: readonly Connection[]): void {
    const peerName = recipients.length === 1 ? recipients[0]?.peerName : undefined;
    const key = this.#add({ direction: 'send', text, peerName, state: 'sending' });
    const content = new Blob([text], { type: 'text/plain' });
    const offers = recipients.map(async (to) => {
      await to.offer(content, { name: 'text.txt', extra: { kind: 'text' } }).done;
    });
    Promise.all(offers).then(
      () => this.items.patch(key, { state: 'arrived' }),
      () => this.items.patch(key, { state: 'failed' }),
    );
  }

  #add(message: Omit<Message, 'key' | 'time'>): string {
    this.#count += 1;
    const key = String(this.#count);
    this.items.set({ ...message, key, time: new Date() });
    if (this.items.size > MAX_MESSAGES) this.items.delete(this.items.oldest ?? '');
    return key;
  }
}
