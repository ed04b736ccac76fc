#include "receive/known_offers.h"

#include <cstdint>
#include <iterator>

namespace peer_session {
namespace {

// Two copies of the id, the hash, and the nodes of list and map.
constexpr std::int64_t kOverhead = 192;
// More than one a call, so that they go faster than new ones come.
constexpr int kExpiredPerCall = 64;

}  // namespace

void KnownOffers::Add(const FileInfo& file, Timestamp now) {
  if (const auto known = by_id_.find(file.id); known != by_id_.end()) Forget(known->second);
  by_age_.push_back({.id = file.id, .offer = {.size = file.size, .hash = file.hash}, .heard_at = now});
  by_id_.emplace(file.id, std::prev(by_age_.end()));
  bytes_ += CostOf(file.id);
  for (int i = 0; i < kExpiredPerCall && now >= by_age_.front().heard_at + lifetime_; ++i) Forget(by_age_.begin());
  while (by_age_.size() > limits_.max_known_offers || bytes_ > limits_.max_known_offer_bytes) Forget(by_age_.begin());
}

std::optional<KnownOffer> KnownOffers::Find(const TransferId& id) const {
  const auto known = by_id_.find(id);
  if (known == by_id_.end()) return std::nullopt;
  return known->second->offer;
}

void KnownOffers::Clear() {
  by_id_.clear();
  by_age_.clear();
  bytes_ = ByteCount();
}

ByteCount KnownOffers::CostOf(const TransferId& id) {
  return ByteCount(2 * static_cast<std::int64_t>(id.value.size()) + kOverhead);
}

void KnownOffers::Forget(ByAge::iterator entry) {
  bytes_ -= CostOf(entry->id);
  by_id_.erase(entry->id);
  by_age_.erase(entry);
}

}  // namespace peer_session
