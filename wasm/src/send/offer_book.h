// Offers that wait to be pulled, by id and by age. docs/protocol.md, "Offers".
//
// Offers come in the order of their age, so the oldest is always at the front, and the ids are in a tree: what an operation
// costs hardly depends on how many offers wait, and not at all on which ids a peer asks for.
#ifndef PEER_SESSION_SRC_SEND_OFFER_BOOK_H_
#define PEER_SESSION_SRC_SEND_OFFER_BOOK_H_

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

#include "id_table.h"
#include "peer_session/types.h"

namespace peer_session {

struct PendingOffer {
  TransferKey key{};
  FileInfo file;
  Timestamp made_at;
  // When the peer was told last: once more on each channel that follows one with which it may have been lost.
  Timestamp said_at = {};
  // Where that ends in the channel's stream.
  ByteCount said_until = {};
  // It was in a channel, or before it, that is lost.
  bool may_be_lost = false;
  // Its source can be read once only.
  bool once = false;

  std::string_view Id() const { return file.id.value; }
};

class OfferBook {
 public:
  explicit OfferBook(Duration lifetime) : lifetime_(lifetime) {}

  // Precondition: none of that id waits.
  void Add(PendingOffer offer) { offers_.Add(std::move(offer)); }
  bool Contains(const TransferId& id) const { return offers_.Contains(id.value); }
  // Nothing when it is unknown or has expired. Valid until it is taken.
  const PendingOffer* Find(const TransferId& id, Timestamp now) const;
  Loose<PendingOffer> Take(const TransferId& id) { return offers_.Take(id.value); }
  Loose<PendingOffer> TakeExpired(Timestamp now);
  // Those that wait begin their lifetime anew.
  void Keep(Timestamp now) { kept_at_ = now; }
  Loose<PendingOffer> TakeOldest();

  std::optional<Timestamp> NextExpiry() const;
  // From the oldest to the newest.
  auto begin() const { return offers_.begin(); }
  auto end() const { return offers_.end(); }
  std::size_t size() const { return offers_.size(); }

 private:
  Timestamp ExpiresAt(const PendingOffer& offer) const {
    return (kept_at_ ? std::max(*kept_at_, offer.made_at) : offer.made_at) + lifetime_;
  }
  bool HasExpired(const PendingOffer& offer, Timestamp now) const { return now >= ExpiresAt(offer); }

  Duration lifetime_;
  std::optional<Timestamp> kept_at_;
  IdTable<PendingOffer> offers_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_SEND_OFFER_BOOK_H_
