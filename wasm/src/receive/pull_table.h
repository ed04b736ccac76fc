// Every pull that has not ended, from the request to its one end. docs/protocol.md, "Receiving".
//
// A pull is in this table exactly as long as it is owed an end, so "exactly once" is one rule: whoever takes an entry out
// queues its Deliver or Failed. The age order of those that still wait gives the next timeout without a search.
#ifndef PEER_SESSION_SRC_RECEIVE_PULL_TABLE_H_
#define PEER_SESSION_SRC_RECEIVE_PULL_TABLE_H_

#include <cstddef>
#include <list>
#include <optional>
#include <unordered_map>

#include "peer_session/types.h"

namespace peer_session {

struct WaitingPull {
  TransferKey key{};
  TransferId id;
  Timestamp asked_at;
};

class PullTable {
 public:
  bool Contains(const TransferId& id) const { return pulls_.contains(id); }
  void Add(WaitingPull pull);

  // A waiting pull becomes a running one: its token is consumed. Nothing when the id is not waiting.
  std::optional<TransferKey> Begin(const TransferId& id);
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
  std::unordered_map<TransferId, ByAge::iterator> pulls_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_PULL_TABLE_H_
