// The actions that wait to be polled. Empty it holds no memory worth naming; full it is as long as one input made it.
#ifndef PEER_SESSION_SRC_ACTION_QUEUE_H_
#define PEER_SESSION_SRC_ACTION_QUEUE_H_

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "peer_session/action.h"

namespace peer_session {

class ActionQueue {
 public:
  void Push(Action action) { actions_.push_back(std::move(action)); }

  std::optional<Action> Poll() {
    if (Empty()) return std::nullopt;
    std::optional<Action> action(std::move(actions_[next_]));
    ++next_;
    if (Empty()) Reset();
    return action;
  }

  bool Empty() const { return next_ == actions_.size(); }

 private:
  // A burst (a close that settles thousands of pulls) must not keep its memory for the life of an idle session.
  static constexpr std::size_t kKeptCapacity = 16;

  void Reset() {
    next_ = 0;
    actions_.clear();
    if (actions_.capacity() > kKeptCapacity) actions_.shrink_to_fit();
  }

  std::vector<Action> actions_;
  std::size_t next_ = 0;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_ACTION_QUEUE_H_
