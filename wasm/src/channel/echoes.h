// What a peer that says no `ack` has taken in: it answers each `ping`, and one behind file bytes only after them.
#ifndef PEER_SESSION_SRC_CHANNEL_ECHOES_H_
#define PEER_SESSION_SRC_CHANNEL_ECHOES_H_

#include <optional>

#include "fifo.h"
#include "peer_session/types.h"

namespace peer_session {

class Echoes {
 public:
  // A ping that was handed over, whoever wanted it, and the file bytes before it.
  struct Ping {
    Timestamp at;
    ByteCount behind;
  };

  void HandlePing(const Ping& ping);
  // The ping that a pong answers: the oldest one.
  std::optional<Ping> HandlePong();

  bool IsAnyAwaited() const { return !awaited_.empty(); }
  // Whoever has answered all pings answers the next ones.
  bool AreReliable() const { return is_answered_ && awaited_.empty() && !is_in_vain_; }
  // Of the bytes handed over, those that no ping is behind.
  ByteCount Unsounded(ByteCount handed) const { return handed - sounded_; }
  // When a peer counts as one that does not answer.
  std::optional<Timestamp> Deadline() const;
  // So many were never answered that this one will not.
  bool IsInVain() const { return is_in_vain_; }

 private:
  Fifo<Ping> awaited_;
  ByteCount sounded_;
  bool is_answered_ = false;
  bool is_in_vain_ = false;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_CHANNEL_ECHOES_H_
