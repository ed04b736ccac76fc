// What the small worlds have in common.
#ifndef PEER_SESSION_TESTS_SCENARIO_EXHAUSTIVE_SMALL_H_
#define PEER_SESSION_TESTS_SCENARIO_EXHAUSTIVE_SMALL_H_

#include <algorithm>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <optional>
#include <vector>

#include "peer_session/options.h"
#include "scenario/simulation/endpoint.h"
#include "scenario/simulation/pipe.h"

namespace peer_session::exhaustive {

// A window of one chunk and blocks of two: every wait there is occurs with a few chunks.
Options SmallOptions();

// One of each size: f0, f1, ...
std::deque<simulation::File> SmallFiles(const std::vector<std::int64_t>& sizes);

// The inputs that one engine went through, in their order.
class History {
 public:
  explicit History(std::uint64_t engine) : state_(engine) {}

  void Record(std::uint64_t what);
  // Equal for equal histories only.
  std::uint64_t state() const { return state_; }

 private:
  std::uint64_t state_;
};

// The channel sends a message. Its sender may hear of that, and then of how much it holds.
template <typename Side>
void SendOne(simulation::Pipe& pipe, Side& sender, History& history, std::uint64_t code, Timestamp now) {
  if (!pipe.DrainFront()) {
    history.Record(code);
    return;
  }
  history.Record(code + 1000 * static_cast<std::uint64_t>(pipe.buffered()));
  sender.ReportBuffered(now);
}

// Until nothing is due any more, or has had every chance to end.
template <typename Side>
void PassDeadlines(std::initializer_list<Side*> sides, Timestamp& now) {
  for (int round = 0; round < 20; ++round) {
    for (Side* side : sides) {
      const std::optional<Timestamp> due = side->NextDeadline();
      if (!due) continue;
      now = std::max(now, *due);
      side->Timeout(now);
    }
  }
}

}  // namespace peer_session::exhaustive

#endif  // PEER_SESSION_TESTS_SCENARIO_EXHAUSTIVE_SMALL_H_
