import { readable, type Readable } from 'svelte/store';
import { storeOf, type Transfers, type TransfersSnapshot } from 'peer-session/transfers';

export function snapshotOf(transfers: Transfers): Readable<TransfersSnapshot> {
  const { subscribe, getSnapshot } = storeOf(transfers);
  return readable(getSnapshot(), (set) => {
    set(getSnapshot());
    return subscribe(() => set(getSnapshot()));
  });
}
