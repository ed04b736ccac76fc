// Every pull that has not ended, from the request to its one end. docs/protocol.md, "Receiving".
//
// A pull is in this table exactly as long as it is owed an end, so "exactly once" is one rule: whoever takes an entry out
// queues its Deliver or Failed. The age order of those that still wait gives the next timeout without a search.
#ifndef PEER_SESSION_SRC_RECEIVE_PULL_TABLE_H_
#define PEER_SESSION_SRC_RECEIVE_PULL_TABLE_H_

#include <cstddef>
#include <list>
#include <map>
#include <optional>

#include "peer_session/types.h"
#include "receive/known_offers.h"

namespace peer_session {

struct WaitingPull {
  TransferKey key{};
  TransferId id;
  Timestamp asked_at;
  // What the peer said of it, when that is known.
  std::optional<KnownOffer> offer = std::nullopt;
};

class PullTable {
 public:
  bool Contains(const TransferId& id) const { return pulls_.contains(id); }
  void Add(WaitingPull pull);

  // A waiting pull becomes a running one: its token is consumed. Nothing when the id is not waiting.
  std::optional<WaitingPull> Begin(const TransferId& id);
  // Takes a pull that was begun out of the table.
  void EndBegun(const TransferId& id) { pulls_.erase(id); }
  // Takes a waiting pull out of the table; nothing when the id is not waiting.
  std::optional<WaitingPull> TakeWaiting(const TransferId& id);
  std::optional<WaitingPull> TakeOldestWaiting();

  std::optional<Timestamp> OldestWaitingSince() const;
  std::size_t waiting() const { return by_age_.size(); }
  std::size_t size() const { return pulls_.size(); }

 private:
  using ByAge = std::list<WaitingPull>;

  ByAge by_age_;
  // by_age_.end() stands for a pull that has begun.
  // Ordered: the peer chooses the ids, and none of its choices may make a look-up slow.
  std::map<TransferId, ByAge::iterator> pulls_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_PULL_TABLE_H_
