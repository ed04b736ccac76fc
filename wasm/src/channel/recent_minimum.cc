#include "channel/recent_minimum.h"

#include <algorithm>

namespace peer_session {
namespace {

constexpr Duration kSpan = Duration::Seconds(15);

}  // namespace

Duration RecentMinimum::Add(Timestamp now, Duration value) {
  if (empty() || now - newer_began_at_ >= kSpan) {
    older_ = newer_;
    newer_ = kNone;
    newer_began_at_ = now;
  }
  newer_ = std::min(newer_, value.micros());
  return Duration::Micros(value.micros() - Get().micros());
}

void RecentMinimum::Raise(Timestamp now, Duration by) {
  newer_ = Get().micros() + by.micros();
  older_ = kNone;
  newer_began_at_ = now;
}

}  // namespace peer_session
