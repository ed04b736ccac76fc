#include "receive/pull_table.h"

namespace peer_session {

Loose<WaitingPull> PullTable::Begin(const TransferId& id) {
  Loose<WaitingPull> pull = waiting_.Take(id.value);
  if (pull) begun_.Add(pull->id);
  return pull;
}

std::optional<Timestamp> PullTable::OldestWaitingSince() const {
  const WaitingPull* oldest = waiting_.Oldest();
  if (oldest == nullptr) return std::nullopt;
  return oldest->asked_at;
}

}  // namespace peer_session
