// Pulls that ended in a timeout before their file came. If it comes after all, its bytes are nobody's, yet they show that the
// peer works through its queue.
#ifndef PEER_SESSION_SRC_RECEIVE_LATE_PULLS_H_
#define PEER_SESSION_SRC_RECEIVE_LATE_PULLS_H_

#include <cstddef>
#include <utility>

#include "id_table.h"
#include "peer_session/types.h"

namespace peer_session {

class LatePulls {
 public:
  explicit LatePulls(std::size_t most) : most_(most) {}

  // The oldest makes room.
  void Add(TransferId id) {
    ids_.Add(std::move(id));
    if (ids_.size() > most_) ids_.TakeOldest();
  }
  // True once for each id that was added.
  bool Take(const TransferId& id) { return static_cast<bool>(ids_.Take(id.value)); }
  void Clear() { ids_.Clear(); }

 private:
  std::size_t most_;
  IdTable<TransferId> ids_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_LATE_PULLS_H_
