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
  return held_.Take(id);
}

Loose<WaitingPull> PullTable::TakeUnbegun() {
  if (Loose<WaitingPull> pull = NoMore(looked_up_.TakeOldest())) return pull;
  if (Loose<WaitingPull> pull = TakeOldestWaiting()) return pull;
  return held_.TakeOldest();
}

std::optional<Timestamp> PullTable::OldestWaitingSince() const {
  const WaitingPull* oldest = waiting_.Oldest();
  if (oldest == nullptr) return std::nullopt;
  return oldest->asked_at;
}

}  // namespace peer_session
