// How often a peer's messages may reach the user or make this side answer. Over budget they are passed over: nothing the
// honest peer does comes near, and a flood costs no more than its own bytes. docs/architecture.md, "Threats".
#ifndef PEER_SESSION_SRC_GUARD_PEER_BUDGETS_H_
#define PEER_SESSION_SRC_GUARD_PEER_BUDGETS_H_

#include "guard/rate_budget.h"

namespace peer_session {

struct PeerBudgets {
  // A peer that joins offers its whole gallery at once; afterwards a few a second.
  RateBudget offers{20'000, 500};
  // Once on joining, and again on each reconnect or after a burn.
  RateBudget sync_requests{20, 1};
  // One reply to a sync; 1 MiB at the most each, so 1 MiB/s.
  RateBudget inventories{64, 1};
  // One per hash missing from an inventory.
  RateBudget file_requests{20'000, 500};
  // The class pings every few seconds; each answer takes channel room.
  RateBudget pongs{50, 10};
  // Reports go to a human.
  RateBudget reports{50, 2};
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_GUARD_PEER_BUDGETS_H_
