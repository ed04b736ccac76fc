// How fast this side may say something, so that a peer which takes it at a given rate takes all of it.
//
// A message counts against the rate when it leaves the channel's buffer: what a path that pauses holds back comes all at
// once, however slowly it was said.
#ifndef PEER_SESSION_SRC_GUARD_PACE_H_
#define PEER_SESSION_SRC_GUARD_PACE_H_

#include <cstdint>
#include <optional>

#include "fifo.h"
#include "guard/rate_budget.h"
#include "peer_session/types.h"

namespace peer_session {

class Pace {
 public:
  explicit Pace(Rate rate) : budget_(RateBudget::PaceTowards(rate)) {}

  // `drained`: the position in the channel's stream up to which everything has left.
  bool MaySay(Timestamp now, ByteCount drained) {
    while (!leaving_.empty() && leaving_.front() <= drained) {
      leaving_.PopFront();
      budget_.TryTake(now);
    }
    const std::optional<Timestamp> at = NextAt(now);
    return at && *at <= now;
  }
  // It ends at that position.
  void Said(ByteCount end) { leaving_.Push(end); }

  // When time alone allows the next one; nothing when it waits for the channel.
  std::optional<Timestamp> NextAt(Timestamp now) {
    return budget_.HoldsAt(now, static_cast<std::int64_t>(leaving_.size()) + 1);
  }
  // Where the oldest one ends that has not left.
  std::optional<ByteCount> NextDrain() const {
    if (leaving_.empty()) return std::nullopt;
    return leaving_.front();
  }

 private:
  RateBudget budget_;
  // No more of them than the burst.
  Fifo<ByteCount> leaving_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_GUARD_PACE_H_
