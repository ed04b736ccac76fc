#include "receive/pull_table.h"

#include "mutant.h"

namespace peer_session {

std::optional<WaitingPull> PullTable::Begin(const TransferId& id) {
  if (PEER_SESSION_MUTANT("token-not-consumed")) {
    const WaitingPull* pull = waiting_.Find(id.value);
    return pull == nullptr ? std::nullopt : std::optional<WaitingPull>(*pull);
  }
  std::optional<WaitingPull> pull = waiting_.Take(id.value);
  if (pull) begun_.Add(pull->id);
  return pull;
}

std::optional<Timestamp> PullTable::OldestWaitingSince() const {
  const WaitingPull* oldest = waiting_.Oldest();
  if (oldest == nullptr) return std::nullopt;
  return oldest->asked_at;
}

}  // namespace peer_session
