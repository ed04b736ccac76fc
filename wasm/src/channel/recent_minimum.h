// The least of what was measured lately. Older measurements are forgotten: a path changes, and clocks drift.
#ifndef PEER_SESSION_SRC_CHANNEL_RECENT_MINIMUM_H_
#define PEER_SESSION_SRC_CHANNEL_RECENT_MINIMUM_H_

#include <cstdint>
#include <limits>

#include "peer_session/types.h"

namespace peer_session {

class RecentMinimum {
 public:
  // How much more than the least this is.
  Duration Add(Timestamp now, Duration value);
  // The path has changed: so much more is its least now.
  void Raise(Timestamp now, Duration by);
  bool empty() const { return newer_ == kNone; }
  // Precondition: not empty. Of the last 15 to 30 s.
  Duration Get() const { return Duration::Micros(older_ < newer_ ? older_ : newer_); }

 private:
  static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();

  // In microseconds.
  std::int64_t older_ = kNone;
  std::int64_t newer_ = kNone;
  Timestamp newer_began_at_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_CHANNEL_RECENT_MINIMUM_H_
