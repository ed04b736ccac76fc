#include "send/offer_book.h"

#include <utility>

namespace peer_session {

const PendingOffer* OfferBook::Find(const TransferId& id, Timestamp now) const {
  const PendingOffer* offer = offers_.Find(id.value);
  return offer == nullptr || HasExpired(*offer, now) ? nullptr : offer;
}

Loose<PendingOffer> OfferBook::TakeExpired(Timestamp now) {
  const PendingOffer* oldest = offers_.Oldest();
  if (oldest == nullptr || !HasExpired(*oldest, now)) return {};
  return TakeOldest();
}

Loose<PendingOffer> OfferBook::TakeOldest() { return offers_.TakeOldest(); }

std::optional<Timestamp> OfferBook::NextExpiry() const {
  const PendingOffer* oldest = offers_.Oldest();
  if (oldest == nullptr) return std::nullopt;
  return ExpiresAt(*oldest);
}

}  // namespace peer_session
