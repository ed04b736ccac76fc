#include "receive/known_offers.h"

#include <cstdint>
#include <utility>

namespace peer_session {
namespace {

// The hash, and the nodes that hold it all.
constexpr std::int64_t kOverhead = 224;
// More than one a call, so that they go faster than new ones come.
constexpr int kExpiredPerCall = 64;

}  // namespace

void KnownOffers::Add(const FileInfo& file, Timestamp now) {
  const Loose<Entry> before = offers_.Take(file.id.value);
  if (before) bytes_ -= CostOf(file.id);
  const bool is_declined = before && before->offer.is_declined && before->offer.Fits(file);
  offers_.Add(
      {.id = file.id, .offer = {.size = file.size, .hash = file.hash, .is_declined = is_declined}, .heard_at = now});
  bytes_ += CostOf(file.id);
  for (int i = 0; i < kExpiredPerCall; ++i) {
    const Entry* oldest = offers_.Oldest();
    if (oldest == nullptr || now < oldest->heard_at + lifetime_) break;
    ForgetOldest();
  }
  const auto has_too_many = [&] {
    return offers_.size() > limits_.max_known_offers || bytes_ > limits_.max_known_offer_bytes;
  };
  while (has_too_many()) ForgetOldest();
}

std::optional<KnownOffer> KnownOffers::Find(const TransferId& id) const {
  const Entry* known = offers_.Find(id.value);
  if (known == nullptr) return std::nullopt;
  return known->offer;
}

const KnownOffer* KnownOffers::Decline(const TransferId& id) {
  Entry* known = offers_.Find(id.value);
  return known == nullptr || std::exchange(known->offer.is_declined, true) ? nullptr : &known->offer;
}

bool KnownOffers::IsDeclined(const TransferId& id) const {
  const Entry* known = offers_.Find(id.value);
  return known != nullptr && known->offer.is_declined;
}

std::optional<KnownOffer> KnownOffers::Take(const TransferId& id) {
  Loose<Entry> entry = offers_.Take(id.value);
  if (!entry) return std::nullopt;
  bytes_ -= CostOf(id);
  return std::move(entry->offer);
}

void KnownOffers::Clear() {
  offers_.Clear();
  bytes_ = ByteCount();
}

ByteCount KnownOffers::CostOf(const TransferId& id) {
  return ByteCount(static_cast<std::int64_t>(id.value.size()) + kOverhead);
}

void KnownOffers::ForgetOldest() {
  if (const Loose<Entry> entry = offers_.TakeOldest()) bytes_ -= CostOf(entry->id);
}

}  // namespace peer_session
