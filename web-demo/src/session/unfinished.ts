import type { Transfer } from './model.js';
import { RememberedList } from './remembered.js';
import { isCutOff, type Store, type TransferStart } from './store.js';

const ACTIVE: ReadonlySet<Transfer['state']> = new Set(['asked', 'waiting', 'running', 'paused']);

/** What was accepted and is not here yet: after a reload it is asked for, and comes as soon as someone offers it. */
export function rememberUnfinished(store: Store): RememberedList<TransferStart> {
  const list = new RememberedList('unfinished', isStart);
  for (const [, start] of list.entries()) store.ask(start);
  store.transfers.subscribe((key) => {
    const transfer = store.transfers.get(key);
    if (!transfer || !isUnfinished(transfer)) list.delete(key);
    else if (!list.has(key)) list.set(key, startOf(transfer));
  });
  return list;
}

/** By its hash it is known again. */
const isUnfinished = (transfer: Transfer): boolean =>
  isCutOff(transfer) || (transfer.direction === 'receive' && transfer.hash !== '' && ACTIVE.has(transfer.state));

function startOf({ side, peerId, peerName, transferId, name, path, hash, size }: Transfer): TransferStart {
  const folder = path === undefined ? {} : { path };
  return { direction: 'receive', side, peerId, peerName, transferId, name, ...folder, hash, size };
}

function isStart(value: unknown): value is TransferStart {
  const { direction, hash, size, ...texts } = (value ?? {}) as Partial<TransferStart>;
  const { side, peerId, peerName, transferId, name } = texts;
  const areTexts = [side, peerId, peerName, transferId, name, hash].every((each) => typeof each === 'string');
  return direction === 'receive' && areTexts && typeof size === 'number';
}
