// How often a peer's messages may reach the user or make this side answer. Over budget they are passed over: nothing the
// honest peer does comes near, and a flood costs no more than its own bytes. docs/architecture.md, "Threats".
//
// What this side itself says keeps below the same rates (RateBudget::PaceTowards): a message that is passed over is lost, and
// nobody knows.
#ifndef PEER_SESSION_SRC_GUARD_PEER_BUDGETS_H_
#define PEER_SESSION_SRC_GUARD_PEER_BUDGETS_H_

#include "guard/rate_budget.h"

namespace peer_session {

// A peer that joins offers its whole gallery at once, which is as much as `Limits::max_offers`; afterwards a few a second.
inline constexpr Rate kOfferRate{.burst = 131'072, .per_second = 500};
// Once on joining, and again on each reconnect or after a burn.
inline constexpr Rate kSyncRate{.burst = 20, .per_second = 1};
// One reply to a sync; 1 MiB at the most each, so 1 MiB/s.
inline constexpr Rate kInventoryRate{.burst = 64, .per_second = 1};
// One per hash missing from an inventory.
inline constexpr Rate kFileRequestRate{.burst = 20'000, .per_second = 500};

struct PeerBudgets {
  RateBudget offers{kOfferRate};
  RateBudget sync_requests{kSyncRate};
  RateBudget inventories{kInventoryRate};
  RateBudget file_requests{kFileRequestRate};
  // A sender may ask behind each 4 KiB of a file whether they have arrived; each answer is as long as the question.
  RateBudget pongs{{.burst = 4096, .per_second = 400}};
  // Each may make a connection, of which there are no more than kMostLanes at a time. Lanes that fail are made again now and then.
  RateBudget lanes{{.burst = 32, .per_second = 1}};
  // Reports go to a human.
  RateBudget reports{{.burst = 50, .per_second = 2}};
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_GUARD_PEER_BUDGETS_H_
