#include "support/transitions.h"

namespace peer_session::testing {
namespace {

TransitionsTaken taken;

}  // namespace

void NoteTransitions(const Stats& stats) {
  taken.of_uploads |= stats.upload_transitions;
  taken.of_downloads |= stats.download_transitions;
}

const TransitionsTaken& AllTransitions() { return taken; }

}  // namespace peer_session::testing
