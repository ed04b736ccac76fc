#include "numbers.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace peer_session::js {
namespace {

// Casting what no integer is would be undefined.
std::int64_t Whole(double value) {
  constexpr double kLimit = 9007199254740991.0;  // 2^53 - 1
  if (std::isnan(value)) return 0;
  return static_cast<std::int64_t>(std::clamp(value, -kLimit, kLimit));
}

}  // namespace

Timestamp ToTimestamp(double milliseconds) { return Timestamp::FromMicros(Whole(milliseconds * 1000.0)); }

Duration ToDuration(double milliseconds) { return Duration::Millis(Whole(std::min(milliseconds, 1e12))); }

ByteCount ToByteCount(double bytes) { return ByteCount(Whole(bytes)); }

// A WebAssembly size has 32 bits: a count beyond it would wrap around, 2^32 to none at all.
std::size_t ToCount(double value) {
  constexpr std::int64_t kMost = std::numeric_limits<std::uint32_t>::max();
  return static_cast<std::size_t>(std::clamp<std::int64_t>(Whole(value), 0, kMost));
}

}  // namespace peer_session::js
