// A token bucket: a burst at once, then so many a second.
#ifndef PEER_SESSION_SRC_GUARD_RATE_BUDGET_H_
#define PEER_SESSION_SRC_GUARD_RATE_BUDGET_H_

#include <algorithm>
#include <cstdint>
#include <optional>

#include "peer_session/types.h"

namespace peer_session {

struct Rate {
  std::int64_t burst = 0;
  std::int64_t per_second = 0;
};

class RateBudget {
 public:
  constexpr explicit RateBudget(Rate rate) : RateBudget(rate, kMicrosPerSecond) {}

  // For the side that must not exceed it: three quarters of both, since the other side's clock may be slower, and a path
  // delays what is on it by now more and now less.
  static constexpr RateBudget PaceTowards(Rate rate) { return RateBudget(rate, kMicrosPerSecond * 4 / 3); }

  bool TryTake(Timestamp now) {
    Refill(now);
    if (credit_ < token_) return false;
    credit_ -= token_;
    return true;
  }

  // When TryTake would succeed so often in a row; `now` when it does already, and nothing when it never will.
  std::optional<Timestamp> HoldsAt(Timestamp now, std::int64_t count) {
    Refill(now);
    if (count > capacity_ / token_) return std::nullopt;
    const std::int64_t missing = std::max<std::int64_t>(count * token_ - credit_, 0);
    return now + Duration::Micros((missing + per_second_ - 1) / per_second_);
  }

 private:
  // Credit is counted in millionths of a token, so that no rate rounds to nothing between two close calls.
  static constexpr std::int64_t kMicrosPerSecond = 1'000'000;

  constexpr RateBudget(Rate rate, std::int64_t token)
      : capacity_(rate.burst * kMicrosPerSecond), per_second_(rate.per_second), token_(token), credit_(capacity_) {}

  void Refill(Timestamp now) {
    const std::int64_t elapsed = std::max<std::int64_t>((now - refilled_at_).micros(), 0);
    refilled_at_ = std::max(refilled_at_, now);
    // More than the time to fill the bucket adds nothing, and bounding it first keeps the product in range.
    const std::int64_t useful = std::min(elapsed, capacity_ / per_second_ + 1);
    credit_ = std::min(capacity_, credit_ + useful * per_second_);
  }

  std::int64_t capacity_;
  std::int64_t per_second_;
  // What one costs.
  std::int64_t token_;
  std::int64_t credit_;
  Timestamp refilled_at_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_GUARD_RATE_BUDGET_H_
