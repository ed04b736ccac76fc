// Walks through every order in which the inputs of two small engines can come, and checks each.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenario/exhaustive/small_world.h"

namespace {

using peer_session::exhaustive::Event;
using peer_session::exhaustive::Fault;
using peer_session::exhaustive::Scope;
using peer_session::exhaustive::SmallWorld;
using peer_session::simulation::Journal;
using peer_session::simulation::Tally;

class Walk {
 public:
  explicit Walk(const Scope& scope) : scope_(scope) {}

  // Empty, or what was violated.
  std::string Run() {
    while (violation_.empty() && !is_done_) Descend();
    return violation_;
  }

  std::size_t states() const { return states_.size(); }
  std::int64_t paths() const { return paths_; }

  void PrintPath() const {
    Tally tally;
    Journal journal(/*verbose=*/true, tally);
    SmallWorld world(scope_, journal);
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
    Tally tally;
    Journal journal(/*verbose=*/false, tally);
    SmallWorld world(scope_, journal);
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
  void RestAfterPath(Journal& journal) {
    SmallWorld world(scope_, journal);
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

std::vector<Scope> Scopes() {
  const std::vector<std::pair<std::string, Fault>> faults = {{"no fault", Fault::kNone},
                                                             {"a read, an owner or a hash fails", Fault::kTask},
                                                             {"the owner refuses the first", Fault::kRefusal},
                                                             {"the sender closes", Fault::kCloseSender},
                                                             {"the receiver closes", Fault::kCloseReceiver},
                                                             {"the channel fails", Fault::kChannelError},
                                                             {"16 s pass", Fault::kTime},
                                                             {"a stray meta comes", Fault::kStrayText},
                                                             {"a meta of another size comes", Fault::kOtherMeta},
                                                             {"a stray byte comes", Fault::kStrayBytes}};
  const std::vector<std::vector<std::int64_t>> files = {{0, 100}, {250, 0}, {101, 100}};
  std::vector<Scope> scopes;
  for (const auto& [name, fault] : faults) {
    for (const std::vector<std::int64_t>& sizes : files) {
      std::string of;
      for (const std::int64_t size : sizes) of += (of.empty() ? "" : " and ") + std::to_string(size);
      scopes.push_back(Scope{.name = "files of " + of + " bytes, " + name, .sizes = sizes, .fault = fault});
    }
  }
  return scopes;
}

}  // namespace

int main() {
  const auto start = std::chrono::steady_clock::now();
  std::size_t states = 0;
  std::int64_t paths = 0;
  for (const Scope& scope : Scopes()) {
    Walk walk(scope);
    const std::string violation = walk.Run();
    states += walk.states();
    paths += walk.paths();
    std::printf("%8zu states  %s\n", walk.states(), scope.name.c_str());
    std::fflush(stdout);
    if (violation.empty()) continue;
    std::printf("violated: %s\n", violation.c_str());
    walk.PrintPath();
    return 1;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%zu states in %.1f s, %lld of them ends\n", states, seconds, static_cast<long long>(paths));
  return 0;
}
