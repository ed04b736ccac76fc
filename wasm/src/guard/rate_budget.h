// A token bucket: `burst` at once, then `per_second`.
#ifndef PEER_SESSION_SRC_GUARD_RATE_BUDGET_H_
#define PEER_SESSION_SRC_GUARD_RATE_BUDGET_H_

#include <algorithm>
#include <cstdint>

#include "mutant.h"
#include "peer_session/types.h"

namespace peer_session {

class RateBudget {
 public:
  constexpr RateBudget(std::int64_t burst, std::int64_t per_second)
      : capacity_(burst * kMicrosPerSecond), per_second_(per_second), credit_(capacity_) {}

  bool TryTake(Timestamp now) {
    const std::int64_t elapsed = std::max<std::int64_t>((now - refilled_at_).micros(), 0);
    refilled_at_ = std::max(refilled_at_, now);
    // More than the time to fill the bucket adds nothing, and bounding it first keeps the product in range.
    const std::int64_t useful = std::min(elapsed, capacity_ / per_second_ + 1);
    credit_ = std::min(capacity_, credit_ + useful * per_second_);
    if (credit_ < kMicrosPerSecond && !PEER_SESSION_MUTANT("budget-ignored")) return false;
    credit_ -= kMicrosPerSecond;
    return true;
  }

 private:
  // Credit is counted in millionths of a token, so that no rate rounds to nothing between two close calls.
  static constexpr std::int64_t kMicrosPerSecond = 1'000'000;

  std::int64_t capacity_;
  std::int64_t per_second_;
  std::int64_t credit_;
  Timestamp refilled_at_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_GUARD_RATE_BUDGET_H_
