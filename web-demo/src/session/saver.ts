import type { PullOptions } from 'peer-session/transfers';
import type { Offer } from './model.js';

/** Where a file goes that was accepted. */
export interface Saver {
  /**
   * Before the peer is asked for it; called within the click that accepted it, so that a file picker may open. Without `to` the file comes
   * into memory. A rejection ends the transfer, and the peer is asked for nothing.
   */
  open(offer: Offer): Promise<{ readonly to?: PullOptions['to'] }>;
  /** It is whole and verified. `result` is what the sink gave, or the `File` in memory; what is returned goes into the gallery. */
  finished(offer: Offer, result: unknown): Promise<Blob>;
}

export const inMemory: Saver = {
  open: () => Promise.resolve({}),
  finished: (_offer, result) => Promise.resolve(result as Blob),
};
