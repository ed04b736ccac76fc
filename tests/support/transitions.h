// Which rows of the tables of states the tests of this process have taken.
#ifndef PEER_SESSION_TESTS_SUPPORT_TRANSITIONS_H_
#define PEER_SESSION_TESTS_SUPPORT_TRANSITIONS_H_

#include <cstdint>

#include "peer_session/session.h"

namespace peer_session::testing {

struct TransitionsTaken {
  std::uint64_t of_uploads = 0;
  std::uint64_t of_downloads = 0;
};

// Of a session that has done its work.
void NoteTransitions(const Stats& stats);
const TransitionsTaken& AllTransitions();

}  // namespace peer_session::testing

#endif  // PEER_SESSION_TESTS_SUPPORT_TRANSITIONS_H_
