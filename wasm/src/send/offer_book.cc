#include "send/offer_book.h"

#include <utility>

namespace peer_session {

bool OfferBook::Add(PendingOffer offer) { return offers_.Add(std::move(offer)); }

std::optional<PendingOffer> OfferBook::Consume(const TransferId& id, Timestamp now) {
  const PendingOffer* offer = offers_.Find(id.value);
  if (offer == nullptr || HasExpired(*offer, now)) return std::nullopt;
  return offers_.Take(id.value);
}

std::optional<PendingOffer> OfferBook::TakeExpired(Timestamp now) {
  const PendingOffer* oldest = offers_.Oldest();
  if (oldest == nullptr || !HasExpired(*oldest, now)) return std::nullopt;
  return TakeOldest();
}

std::optional<PendingOffer> OfferBook::TakeOldest() { return offers_.TakeOldest(); }

std::optional<Timestamp> OfferBook::NextExpiry() const {
  const PendingOffer* oldest = offers_.Oldest();
  if (oldest == nullptr) return std::nullopt;
  return oldest->made_at + lifetime_;
}

}  // namespace peer_session
