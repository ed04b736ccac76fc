#include "channel/echoes.h"

#include <cstddef>

namespace peer_session {
namespace {

// A page that is busy answers later, and a path that has lost a burst, too.
constexpr Duration kLongestWait = Duration::Seconds(3);

// An hour of a page's own pings, one in four seconds.
constexpr std::size_t kMostAwaited = 1024;

}  // namespace

void Echoes::HandlePing(const Ping& ping) {
  sounded_ = ping.behind;
  if (awaited_.size() >= kMostAwaited) is_in_vain_ = true;
  if (is_in_vain_) {
    awaited_.Clear();
  } else {
    awaited_.Push(ping);
  }
}

std::optional<Echoes::Ping> Echoes::HandlePong() {
  if (awaited_.empty()) return std::nullopt;
  const Ping ping = awaited_.front();
  awaited_.PopFront();
  is_answered_ = true;
  return ping;
}

std::optional<Timestamp> Echoes::Deadline() const {
  if (awaited_.empty()) return std::nullopt;
  return awaited_.front().at + kLongestWait;
}

}  // namespace peer_session
