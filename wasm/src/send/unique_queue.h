// Texts that wait, first in first out, each of them once.
#ifndef PEER_SESSION_SRC_SEND_UNIQUE_QUEUE_H_
#define PEER_SESSION_SRC_SEND_UNIQUE_QUEUE_H_

#include <cstddef>
#include <deque>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace peer_session {

class UniqueQueue {
 public:
  explicit UniqueQueue(std::size_t most) : most_(most) {}

  // False when it is full. A text that waits already waits on.
  bool Add(std::string text) {
    if (known_.contains(text)) return true;
    if (known_.size() >= most_) return false;
    known_.insert(waiting_.emplace_back(std::move(text)));
    return true;
  }
  const std::string& front() const { return waiting_.front(); }
  const std::string& at(std::size_t index) const { return waiting_[index]; }
  void PopFront() {
    known_.erase(waiting_.front());
    waiting_.pop_front();
  }
  bool empty() const { return waiting_.empty(); }
  std::size_t size() const { return waiting_.size(); }
  void Clear() {
    known_.clear();
    waiting_.clear();
  }

 private:
  std::size_t most_;
  std::deque<std::string> waiting_;
  // Views of the texts in `waiting_`, which never move.
  std::set<std::string_view> known_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_SEND_UNIQUE_QUEUE_H_
