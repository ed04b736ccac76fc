// What went wrong first in a schedule, and, when a seed is replayed, everything that led to it.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_JOURNAL_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_JOURNAL_H_

#include <array>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "peer_session/error.h"

namespace peer_session::simulation {

// What all schedules together came through: a simulation that never fails must show that it went somewhere.
struct Tally {
  using ByReason = std::array<std::int64_t, static_cast<std::size_t>(Reason::kOverBudget) + 1>;

  // Of them between two sides with the defaults, in hours that they lived through.
  std::int64_t schedules = 0;
  std::int64_t meetings = 0;
  double hours = 0;
  std::int64_t steps = 0;
  std::int64_t pulls = 0;
  std::int64_t delivered = 0;
  ByReason failed{};
  // Ends of offers, by reason; none: every byte left.
  ByReason uploads{};
  std::int64_t inventories = 0;
  // Of worlds whose sides say hello: how many there were, and what happened in them.
  std::int64_t polite = 0;
  std::int64_t interruptions = 0;
  std::int64_t replacements = 0;
  std::int64_t cancels = 0;
  // Asked for, and done.
  std::int64_t pauses = 0;
  std::int64_t paused = 0;
  std::int64_t parts_found = 0;
  std::int64_t discarded = 0;
  std::int64_t confirmed = 0;
  // Pulls whose file went into a sink.
  std::int64_t into_sinks = 0;
  // Of those in which lanes carried bytes: how many there were, of bytes how many, and how many lanes were lost with bytes that they had
  // not brought, and bytes were sent again for it.
  std::int64_t with_lanes = 0;
  std::int64_t lane_bytes = 0;
  std::int64_t lanes_lost = 0;
  std::int64_t bytes_again = 0;
  // Levels of a channel that were reached before they were awaited.
  std::int64_t turns = 0;
};

class Journal {
 public:
  Journal(bool verbose, Tally& tally) : verbose_(verbose), tally_(tally) {}

  Tally& tally() { return tally_; }
  bool IsVerbose() const { return verbose_; }

  void Note(int endpoint, std::string_view kind, std::string_view what) const {
    if (verbose_) {
      std::printf("  %d %.*s %.*s\n", endpoint, static_cast<int>(kind.size()), kind.data(),
                  static_cast<int>(what.size()), what.data());
    }
  }

  void Violation(int endpoint, std::string_view what) {
    if (!violation_.empty()) return;
    violation_ = "endpoint " + std::to_string(endpoint) + ": " + std::string(what);
    Note(endpoint, "VIOLATION", what);
  }
  const std::string& violation() const { return violation_; }

 private:
  bool verbose_;
  Tally& tally_;
  std::string violation_;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_JOURNAL_H_
