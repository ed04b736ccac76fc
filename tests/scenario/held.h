// What a session still has to do with transfers: nothing, when it is at rest or over.
#ifndef PEER_SESSION_TESTS_SCENARIO_HELD_H_
#define PEER_SESSION_TESTS_SCENARIO_HELD_H_

#include <cstddef>

#include "peer_session/session.h"

namespace peer_session::scenario {

inline std::size_t TransfersHeld(const Stats& stats) {
  return stats.pending_offers + stats.queued_uploads + stats.waiting_pulls + stats.held_pulls + stats.unverified_files +
         stats.unconfirmed_uploads;
}

}  // namespace peer_session::scenario

#endif  // PEER_SESSION_TESTS_SCENARIO_HELD_H_
