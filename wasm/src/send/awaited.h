// Something that the peer is to do before more can be sent, and how long it may take.
#ifndef PEER_SESSION_SRC_SEND_AWAITED_H_
#define PEER_SESSION_SRC_SEND_AWAITED_H_

#include <optional>

#include "peer_session/types.h"

namespace peer_session {

class Awaited {
 public:
  explicit Awaited(Duration limit) : limit_(limit) {}

  // Who awaits it already goes on waiting.
  void Begin(Timestamp now) {
    if (!since_) since_ = now;
  }
  void End() { since_.reset(); }

  std::optional<Timestamp> Deadline() const {
    if (!since_) return std::nullopt;
    return *since_ + limit_;
  }
  bool IsOverdue(Timestamp now) const { return since_ && now >= *since_ + limit_; }

 private:
  Duration limit_;
  std::optional<Timestamp> since_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_SEND_AWAITED_H_
