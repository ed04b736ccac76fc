// The file bytes that have arrived on one channel, and whether an `ack` of them is due.
#ifndef PEER_SESSION_SRC_CHANNEL_ARRIVALS_H_
#define PEER_SESSION_SRC_CHANNEL_ARRIVALS_H_

#include <algorithm>
#include <cstdint>
#include <optional>

#include "channel/channel_writer.h"
#include "peer_session/types.h"

namespace peer_session {

class Arrivals {
 public:
  // One binary message.
  void Receive(Timestamp now, ByteCount size) {
    total_ = std::min(total_ + std::min(size, ByteCount::Largest()), ByteCount::Largest());
    ++unacknowledged_messages_;
    last_at_ = now;
  }
  void Acknowledge() {
    acknowledged_ = total_;
    unacknowledged_messages_ = 0;
  }

  // Says what has arrived, if the channel takes it now. If not, it is still due.
  void SayOn(ChannelWriter& writer);

  bool IsAckDue() const { return total_ - acknowledged_ >= kAckedBytes || unacknowledged_messages_ >= kAckedMessages; }
  // Where every byte counts, not only that they go on: some have waited for so long.
  std::optional<Timestamp> AckDeadline() const {
    if (unacknowledged_messages_ == 0) return std::nullopt;
    return last_at_ + kLongestWait;
  }
  ByteCount total() const { return total_; }
  Timestamp last_at() const { return last_at_; }

 private:
  // Half of what a peer has under way at the least, in bytes and in messages: it never waits for less. So what a peer is answered
  // is no more than a hundredth of what it sends.
  static constexpr ByteCount kAckedBytes = ByteCount::KiB(4);
  static constexpr std::int64_t kAckedMessages = 256;
  static constexpr Duration kLongestWait = Duration::Millis(100);

  ByteCount total_;
  Timestamp last_at_;
  ByteCount acknowledged_;
  std::int64_t unacknowledged_messages_ = 0;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_CHANNEL_ARRIVALS_H_
