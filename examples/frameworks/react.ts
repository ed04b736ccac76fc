import { useSyncExternalStore } from 'react';
import { storeOf, type Transfers, type TransfersSnapshot } from 'peer-session/transfers';

export function useTransfers(transfers: Transfers): TransfersSnapshot {
  const { subscribe, getSnapshot } = storeOf(transfers);
  return useSyncExternalStore(subscribe, getSnapshot, getSnapshot);
}
