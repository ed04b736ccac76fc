// Pulls that ended in a timeout before their file came. If it comes after all, its bytes are nobody's, yet they show that the
// peer works through its queue.
#ifndef PEER_SESSION_SRC_RECEIVE_LATE_PULLS_H_
#define PEER_SESSION_SRC_RECEIVE_LATE_PULLS_H_

#include <cstddef>
#include <deque>
#include <set>
#include <utility>

#include "peer_session/types.h"

namespace peer_session {

class LatePulls {
 public:
  explicit LatePulls(std::size_t most) : most_(most) {}

  // The oldest makes room.
  void Add(TransferId id) {
    if (!ids_.insert(id).second) return;
    by_age_.push_back(std::move(id));
    if (by_age_.size() <= most_) return;
    ids_.erase(by_age_.front());
    by_age_.pop_front();
  }
  // True once for each id that was added.
  bool Take(const TransferId& id) { return ids_.erase(id) > 0; }
  void Clear() {
    ids_.clear();
    by_age_.clear();
  }

 private:
  std::size_t most_;
  std::set<TransferId> ids_;
  // An id that was taken stays here until it is the oldest.
  std::deque<TransferId> by_age_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_LATE_PULLS_H_
