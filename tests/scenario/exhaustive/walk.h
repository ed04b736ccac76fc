// Walks through every order in which the inputs of two small engines can come, and checks each.
#ifndef PEER_SESSION_TESTS_SCENARIO_EXHAUSTIVE_WALK_H_
#define PEER_SESSION_TESTS_SCENARIO_EXHAUSTIVE_WALK_H_

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenario/simulation/journal.h"

namespace peer_session::exhaustive {

// `World` names its Scope and its Event, and is made of a scope and a journal.
template <typename World>
class Walk {
 public:
  using Scope = typename World::Scope;
  using Event = typename World::Event;

  explicit Walk(const Scope& scope) : scope_(scope) {}

  // Empty, or what was violated.
  std::string Run() {
    while (violation_.empty() && !is_done_) Descend();
    return violation_;
  }

  std::size_t states() const { return states_.size(); }
  std::int64_t paths() const { return paths_; }

  void PrintPath() const {
    simulation::Tally tally;
    simulation::Journal journal(/*verbose=*/true, tally);
    World world(scope_, journal);
    for (const Branch& branch : path_) {
      std::printf("* %s\n", branch.events[branch.chosen].Describe().c_str());
      world.Do(branch.events[branch.chosen]);
    }
    std::printf("* at rest\n");
    if (journal.violation().empty()) world.ComeToRest();
  }

 private:
  struct Branch {
    std::vector<Event> events;
    std::size_t chosen = 0;
  };

  // Engines cannot be copied, so the chosen path is lived through again, and then on to its end or to a known state.
  void Descend() {
    simulation::Tally tally;
    simulation::Journal journal(/*verbose=*/false, tally);
    World world(scope_, journal);
    for (const Branch& branch : path_) world.Do(branch.events[branch.chosen]);
    while (journal.violation().empty() && states_.insert(world.State()).second) {
      std::vector<Event> events = world.Enabled();
      // A fault may also never happen: then the path ends here.
      const bool may_end =
          std::all_of(events.begin(), events.end(), [](const Event& event) { return event.MayNeverCome(); });
      if (may_end) RestAfterPath(journal);
      if (events.empty() || !journal.violation().empty()) break;
      path_.push_back(Branch{.events = std::move(events)});
      world.Do(path_.back().events.front());
    }
    violation_ = journal.violation();
    if (violation_.empty()) Backtrack();
  }

  // In a world of its own, for resting uses a world up.
  void RestAfterPath(simulation::Journal& journal) {
    World world(scope_, journal);
    for (const Branch& branch : path_) world.Do(branch.events[branch.chosen]);
    world.ComeToRest();
    ++paths_;
  }

  void Backtrack() {
    while (!path_.empty() && ++path_.back().chosen >= path_.back().events.size()) path_.pop_back();
    is_done_ = path_.empty();
  }

  const Scope& scope_;
  std::vector<Branch> path_;
  std::set<std::pair<std::uint64_t, std::uint64_t>> states_;
  std::int64_t paths_ = 0;
  std::string violation_;
  bool is_done_ = false;
};

}  // namespace peer_session::exhaustive

#endif  // PEER_SESSION_TESTS_SCENARIO_EXHAUSTIVE_WALK_H_
