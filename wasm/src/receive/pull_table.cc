#include "receive/pull_table.h"

namespace peer_session {

Loose<WaitingPull> PullTable::Begin(const TransferId& id) {
  Loose<WaitingPull> pull = TakeWaiting(id);
  if (pull) begun_.Add(pull->id);
  return pull;
}

Loose<WaitingPull> PullTable::TakeUnbegun(const TransferId& id) {
  if (Loose<WaitingPull> pull = TakeLookedUp(id)) return pull;
  if (Loose<WaitingPull> pull = TakeWaiting(id)) return pull;
  if (Loose<WaitingPull> pull = held_.Take(id)) return pull;
  return paused_.Take(id.value);
}

Loose<WaitingPull> PullTable::TakeUnbegun() {
  if (Loose<WaitingPull> pull = NoMore(looked_up_.TakeOldest())) return pull;
  if (Loose<WaitingPull> pull = TakeOldestWaiting()) return pull;
  if (Loose<WaitingPull> pull = held_.TakeOldest()) return pull;
  return paused_.TakeOldest();
}

WaitingPull* PullTable::FindResting(const TransferId& id) {
  if (WaitingPull* pull = waiting_.Find(id.value)) return pull;
  if (WaitingPull* pull = paused_.Find(id.value)) return pull;
  return held_.Find(id);
}

std::optional<Timestamp> PullTable::OldestWaitingSince() const {
  const WaitingPull* oldest = waiting_.Oldest();
  if (oldest == nullptr) return std::nullopt;
  return oldest->asked_at;
}

}  // namespace peer_session
