// Time that passes by itself in a world in which nothing else happens any more.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_DEADLINES_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_DEADLINES_H_

#include <algorithm>
#include <optional>

#include "peer_session/types.h"

namespace peer_session::simulation {

// To the next deadline of anybody, who then hears of it, as does everybody else who is due; each item points to one. False when
// nothing is due any more.
template <typename Items>
bool PassToNextDeadline(const Items& items, Timestamp& now) {
  std::optional<Timestamp> next;
  for (const auto& item : items) {
    const std::optional<Timestamp> due = item->NextDeadline();
    if (due && (!next || *due < *next)) next = due;
  }
  if (!next) return false;
  now = std::max(now, *next);
  for (const auto& item : items) {
    const std::optional<Timestamp> due = item->NextDeadline();
    if (due && *due <= now) item->Timeout(now);
  }
  return true;
}

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_DEADLINES_H_
