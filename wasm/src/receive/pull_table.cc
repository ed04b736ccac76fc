#include "receive/pull_table.h"

#include <iterator>
#include <utility>

#include "mutant.h"

namespace peer_session {

void PullTable::Add(WaitingPull pull) {
  by_age_.push_back(std::move(pull));
  const auto newest = std::prev(by_age_.end());
  pulls_.insert_or_assign(newest->id, newest);
}

std::optional<WaitingPull> PullTable::Begin(const TransferId& id) {
  const auto found = pulls_.find(id);
  if (found == pulls_.end() || found->second == by_age_.end()) return std::nullopt;
  if (PEER_SESSION_MUTANT("token-not-consumed")) return *found->second;
  WaitingPull pull = std::move(*found->second);
  by_age_.erase(found->second);
  found->second = by_age_.end();
  return pull;
}

std::optional<WaitingPull> PullTable::TakeWaiting(const TransferId& id) {
  const auto found = pulls_.find(id);
  if (found == pulls_.end() || found->second == by_age_.end()) return std::nullopt;
  WaitingPull pull = std::move(*found->second);
  by_age_.erase(found->second);
  pulls_.erase(found);
  return pull;
}

std::optional<WaitingPull> PullTable::TakeOldestWaiting() {
  if (by_age_.empty()) return std::nullopt;
  WaitingPull pull = std::move(by_age_.front());
  by_age_.pop_front();
  pulls_.erase(pull.id);
  return pull;
}

std::optional<Timestamp> PullTable::OldestWaitingSince() const {
  if (by_age_.empty()) return std::nullopt;
  return by_age_.front().asked_at;
}

}  // namespace peer_session
