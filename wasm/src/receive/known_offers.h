// What the peer has announced: a pull is for the file that was offered, so that its `meta` must say the same.
//
// The peer fills this, so it is bounded by count and by bytes, the oldest first; an offer that is forgotten can still be
// pulled, and then its `meta` is taken at its word.
#ifndef PEER_SESSION_SRC_RECEIVE_KNOWN_OFFERS_H_
#define PEER_SESSION_SRC_RECEIVE_KNOWN_OFFERS_H_

#include <optional>
#include <string>
#include <string_view>

#include "id_table.h"
#include "peer_session/options.h"
#include "peer_session/types.h"

namespace peer_session {

struct KnownOffer {
  ByteCount size;
  std::string hash;
  bool is_declined = false;

  bool Fits(const FileInfo& file) const { return file.size == size && file.hash == hash; }
};

class KnownOffers {
 public:
  KnownOffers(const Limits& limits, Duration lifetime) : limits_(limits), lifetime_(lifetime) {}

  // The latest offer of an id is the one that counts. Of the same content it is still declined.
  void Add(const FileInfo& file, Timestamp now);
  std::optional<KnownOffer> Find(const TransferId& id) const;
  // Nothing when it is not known, or declined already; else valid until the next offer.
  const KnownOffer* Decline(const TransferId& id);
  bool IsDeclined(const TransferId& id) const;
  std::optional<KnownOffer> Take(const TransferId& id);
  void Clear();

 private:
  struct Entry {
    TransferId id;
    KnownOffer offer;
    Timestamp heard_at;

    std::string_view Id() const { return id.value; }
  };

  static ByteCount CostOf(const TransferId& id);
  void ForgetOldest();

  const Limits& limits_;
  // Past this no peer of this kind still has it.
  Duration lifetime_;
  IdTable<Entry> offers_;
  ByteCount bytes_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_KNOWN_OFFERS_H_
