import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';
import { storeOf, type Transfers, type TransfersSnapshot } from 'peer-session/transfers';

export function useTransfers(transfers: Transfers): Readonly<ShallowRef<TransfersSnapshot>> {
  const { subscribe, getSnapshot } = storeOf(transfers);
  const snapshot = shallowRef(getSnapshot());
  onScopeDispose(subscribe(() => (snapshot.value = getSnapshot())));
  return snapshot;
}
