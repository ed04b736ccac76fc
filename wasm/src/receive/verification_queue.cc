#include "receive/verification_queue.h"

#include <utility>

namespace peer_session {

void VerificationQueue::Append(Unverified item) {
  if (!item.room.IsOfASink()) item.held = item.file.size;
  bytes_ += item.held;
  items_.Push(std::move(item));
}

Unverified* VerificationQueue::FindHashing(TransferKey key) {
  for (Unverified& item : items_) {
    if (item.key == key) return item.state == Unverified::State::kHashing ? &item : nullptr;
  }
  return nullptr;
}

Unverified* VerificationQueue::FindClaim(TransferKey key) {
  for (Unverified& item : items_) {
    if (item.key == key) return item.claim_open && !item.IsDecided() ? &item : nullptr;
  }
  return nullptr;
}

Unverified* VerificationQueue::FindUndecided(const TransferId& id) {
  for (Unverified& item : items_) {
    if (item.file.id == id) return item.IsDecided() ? nullptr : &item;
  }
  return nullptr;
}

std::optional<Unverified> VerificationQueue::TakeDecided() {
  if (items_.empty() || !items_.front().IsDecided()) return std::nullopt;
  return TakeFront();
}

std::optional<Unverified> VerificationQueue::TakeFront() {
  if (items_.empty()) return std::nullopt;
  Unverified item = std::move(items_.front());
  items_.PopFront();
  bytes_ -= item.held;
  return item;
}

void VerificationQueue::EndOverdue(Timestamp now, Duration limit) {
  for (Unverified& item : items_) {
    if (item.IsDecided() || now < item.since + limit) continue;
    if (item.state == Unverified::State::kChecking) {
      item.EndClaim(false);
    } else {
      const bool is_stored = !item.room.IsOfASink() || item.room.stored() == item.file.size;
      const bool waits_for_hash = item.state == Unverified::State::kHashing && is_stored;
      item.Fail(waits_for_hash ? Reason::kHashFailed : Reason::kStoreFailed);
    }
  }
}

// A decided item leaves the front at once, and those behind it end after it.
std::optional<Timestamp> VerificationQueue::OldestHashingSince() const {
  if (items_.empty()) return std::nullopt;
  return items_.front().since;
}

}  // namespace peer_session
