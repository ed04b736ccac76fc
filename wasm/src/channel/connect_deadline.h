// How long the channel may take to open.
#ifndef PEER_SESSION_SRC_CHANNEL_CONNECT_DEADLINE_H_
#define PEER_SESSION_SRC_CHANNEL_CONNECT_DEADLINE_H_

#include <optional>

#include "peer_session/types.h"

namespace peer_session {

// It counts from the first attempt, and once more from the first sign of a peer: how long that took is the peer's affair,
// not the connection's. Once more only, or a peer that describes itself again and again would never be given up.
class ConnectDeadline {
 public:
  explicit ConnectDeadline(Duration span) : span_(span) {}

  void Begin(Timestamp now) {
    if (stage_ != Stage::kIdle) return;
    stage_ = Stage::kBegun;
    at_ = now + span_;
  }
  void BeginAnew(Timestamp now) {
    if (stage_ == Stage::kBegunAnew || stage_ == Stage::kEnded) return;
    stage_ = Stage::kBegunAnew;
    at_ = now + span_;
  }
  void End() {
    stage_ = Stage::kEnded;
    at_.reset();
  }

  std::optional<Timestamp> at() const { return at_; }
  bool IsDue(Timestamp now) const { return at_ && *at_ <= now; }

 private:
  enum class Stage { kIdle, kBegun, kBegunAnew, kEnded };

  const Duration span_;
  Stage stage_ = Stage::kIdle;
  std::optional<Timestamp> at_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_CHANNEL_CONNECT_DEADLINE_H_
