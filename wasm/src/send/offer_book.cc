#include "send/offer_book.h"

#include <utility>

#include "mutant.h"

namespace peer_session {

bool OfferBook::Add(PendingOffer offer) {
  if (by_id_.contains(offer.file.id.value)) return false;
  by_age_.push_back(std::move(offer));
  const auto newest = std::prev(by_age_.end());
  by_id_.emplace(newest->file.id.value, newest);
  return true;
}

std::optional<PendingOffer> OfferBook::Consume(const TransferId& id, Timestamp now) {
  const auto found = by_id_.find(id.value);
  if (found == by_id_.end() || (HasExpired(*found->second, now) && !PEER_SESSION_MUTANT("expired-offer-pulled")))
    return std::nullopt;
  if (PEER_SESSION_MUTANT("offer-not-consumed")) return *found->second;
  return Take(found->second);
}

std::optional<PendingOffer> OfferBook::TakeExpired(Timestamp now) {
  if (by_age_.empty() || !HasExpired(by_age_.front(), now) || PEER_SESSION_MUTANT("offers-never-expire"))
    return std::nullopt;
  return Take(by_age_.begin());
}

std::optional<PendingOffer> OfferBook::TakeOldest() {
  if (by_age_.empty()) return std::nullopt;
  return Take(by_age_.begin());
}

std::optional<Timestamp> OfferBook::NextExpiry() const {
  if (by_age_.empty()) return std::nullopt;
  return by_age_.front().made_at + lifetime_;
}

void OfferBook::Clear() {
  by_id_.clear();
  by_age_.clear();
}

PendingOffer OfferBook::Take(ByAge::iterator offer) {
  // The index goes first: its key is a view of the id that moves out below.
  by_id_.erase(offer->file.id.value);
  PendingOffer taken = std::move(*offer);
  by_age_.erase(offer);
  return taken;
}

}  // namespace peer_session
