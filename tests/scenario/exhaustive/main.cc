// Every order in which the inputs of two small engines can come, in each scope there is.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "scenario/exhaustive/polite_small_world.h"
#include "scenario/exhaustive/small_world.h"
#include "scenario/exhaustive/walk.h"

namespace {

using peer_session::exhaustive::Fault;
using peer_session::exhaustive::Mishap;
using peer_session::exhaustive::PoliteScope;
using peer_session::exhaustive::PoliteSmallWorld;
using peer_session::exhaustive::Scope;
using peer_session::exhaustive::SmallWorld;
using peer_session::exhaustive::Walk;

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

std::vector<PoliteScope> PoliteScopes() {
  return {{.name = "polite, files of 101 and 100 bytes, the receiver cancels the first",
           .sizes = {101, 100},
           .mishap = Mishap::kReceiverCancels},
          {.name = "polite, files of 101 and 100 bytes, the sender withdraws the first",
           .sizes = {101, 100},
           .mishap = Mishap::kSenderWithdraws},
          {.name = "polite, a file of 250 bytes, the connection is lost and comes back",
           .sizes = {250},
           .mishap = Mishap::kLoss},
          {.name = "polite, files of 0 and 100 bytes, the connection is lost and comes back",
           .sizes = {0, 100},
           .mishap = Mishap::kLoss},
          {.name = "polite, a file of 250 bytes into a sink with room for 100, the connection is lost and comes back",
           .sizes = {250},
           .mishap = Mishap::kLoss,
           .room = 100},
          {.name = "polite, files of 101 and 100 bytes into sinks with room for 50, the receiver cancels the first",
           .sizes = {101, 100},
           .mishap = Mishap::kReceiverCancels,
           .room = 50},
          {.name = "polite, a file of 10,000 bytes with a lane, which is lost",
           .sizes = {10'000},
           .mishap = Mishap::kLaneLoss,
           .has_lane = true},
          {.name = "polite, files of 10,000 and 100 bytes with a lane, the receiver cancels the first",
           .sizes = {10'000, 100},
           .mishap = Mishap::kReceiverCancels,
           .has_lane = true},
          {.name = "polite, files of 101 and 100 bytes one after the other, the receiver pauses and resumes the first",
           .sizes = {101, 100},
           .mishap = Mishap::kReceiverPauses,
           .pulls_ahead = 1},
          {.name = "polite, a file of 250 bytes into a sink with room for 100, the receiver pauses and resumes it",
           .sizes = {250},
           .mishap = Mishap::kReceiverPauses,
           .room = 100},
          {.name = "polite, a file of 10,000 bytes with a lane, the receiver pauses and resumes it",
           .sizes = {10'000},
           .mishap = Mishap::kReceiverPauses,
           .has_lane = true},
          {.name = "polite, a file of 250 bytes whose hash follows, the receiver pauses and resumes it",
           .sizes = {250},
           .mishap = Mishap::kReceiverPauses,
           .hash_follows = true},
          {.name = "polite, a file of 250 bytes whose hash follows, the connection is lost and comes back",
           .sizes = {250},
           .mishap = Mishap::kLoss,
           .hash_follows = true},
          {.name = "polite, files of 0 and 101 bytes whose hashes follow, the receiver cancels the first",
           .sizes = {0, 101},
           .mishap = Mishap::kReceiverCancels,
           .hash_follows = true},
          {.name = "polite, a file of 10,000 bytes whose hash follows with a lane, which is lost",
           .sizes = {10'000},
           .mishap = Mishap::kLaneLoss,
           .has_lane = true,
           .hash_follows = true}};
}

struct Sum {
  std::size_t states = 0;
  std::int64_t ends = 0;
};

// Whether all that is in these scopes holds.
template <typename World>
bool WalkThrough(const std::vector<typename World::Scope>& scopes, Sum& sum) {
  for (const typename World::Scope& scope : scopes) {
    Walk<World> walk(scope);
    const std::string violation = walk.Run();
    sum.states += walk.states();
    sum.ends += walk.paths();
    std::printf("%8zu states  %s\n", walk.states(), scope.name.c_str());
    std::fflush(stdout);
    if (violation.empty()) continue;
    std::printf("violated: %s\n", violation.c_str());
    walk.PrintPath();
    return false;
  }
  return true;
}

}  // namespace

int main() {
  const auto start = std::chrono::steady_clock::now();
  Sum sum;
  if (!WalkThrough<PoliteSmallWorld>(PoliteScopes(), sum) || !WalkThrough<SmallWorld>(Scopes(), sum)) return 1;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%zu states in %.1f s, %lld of them ends\n", sum.states, seconds, static_cast<long long>(sum.ends));
  return 0;
}
