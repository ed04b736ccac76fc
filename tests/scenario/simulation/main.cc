// simulation [--seconds N | --schedules N] [--seed S]
//
// Runs schedules S, S + 1, ... until the budget is used up; each is decided by its seed alone. With --seed and neither
// budget, runs that one and prints everything that happens in it. One that never comes to an end names its seed, too.
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "scenario/simulation/journal.h"
#include "scenario/simulation/meeting.h"
#include "scenario/simulation/polite_world.h"
#include "scenario/simulation/random.h"
#include "scenario/simulation/world.h"

namespace {

using peer_session::simulation::Journal;
using peer_session::simulation::Meeting;
using peer_session::simulation::PoliteWorld;
using peer_session::simulation::Random;
using peer_session::simulation::Tally;
using peer_session::simulation::World;

struct Arguments {
  std::optional<double> seconds;
  std::optional<std::uint64_t> schedules;
  std::optional<std::uint64_t> seed;
};

std::optional<Arguments> Parse(int count, char** values) {
  Arguments arguments;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string name = values[i];
    if (name == "--seconds") {
      arguments.seconds = std::strtod(values[i + 1], nullptr);
    } else if (name == "--schedules") {
      arguments.schedules = std::strtoull(values[i + 1], nullptr, 10);
    } else if (name == "--seed") {
      arguments.seed = std::strtoull(values[i + 1], nullptr, 10);
    } else {
      return std::nullopt;
    }
  }
  if (count % 2 == 0) return std::nullopt;
  return arguments;
}

// A meeting takes as long as some dozens of other schedules.
constexpr std::int64_t kOthersPerMeeting = 40;

std::string RunSchedule(std::uint64_t seed, Journal& journal) {
  if (Random(~seed).Below(kOthersPerMeeting) == 0) return Meeting(seed, journal).Run();
  // Half of the rest is of sessions that say hello.
  if (Random(~seed ^ 1U).Below(2) == 0) return PoliteWorld(seed, journal).Run();
  return World(seed, journal).Run();
}

// Longer than any schedule takes on a busy machine.
constexpr unsigned kPatience = 100;
char complaint[64];

// Nothing but these two calls may be made here.
extern "C" void GiveUp(int) {
  (void)!write(STDOUT_FILENO, complaint, std::strlen(complaint));
  _exit(1);
}

void WatchOver(std::uint64_t seed) {
  std::snprintf(complaint, sizeof complaint, "seed %llu: never ends\n", static_cast<unsigned long long>(seed));
  alarm(kPatience);
}

// Of so many some must have come through whatever there is.
constexpr std::int64_t kManyPolite = 1000;

void PrintReasons(std::string_view title, const Tally::ByReason& counts) {
  std::printf("%.*s", static_cast<int>(title.size()), title.data());
  const char* separator = "";
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    const std::string code(peer_session::CodeOf(static_cast<peer_session::Reason>(i)));
    std::printf("%s %lld %s", separator, static_cast<long long>(counts[i]), code.empty() ? "complete" : code.c_str());
    separator = ",";
  }
  std::printf("\n");
}

void Print(const Tally& tally, double seconds) {
  std::printf("%lld schedules in %.1f s (%.0f a second), %lld steps; %lld meetings of two defaults, %.0f hours\n",
              static_cast<long long>(tally.schedules), seconds, static_cast<double>(tally.schedules) / seconds,
              static_cast<long long>(tally.steps), static_cast<long long>(tally.meetings), tally.hours);
  std::printf("%lld pulls, %lld delivered, %lld inventories heard, %lld levels reached before they were awaited\n",
              static_cast<long long>(tally.pulls), static_cast<long long>(tally.delivered),
              static_cast<long long>(tally.inventories), static_cast<long long>(tally.turns));
  std::printf(
      "%lld schedules of sessions that say hello: %lld interruptions, %lld replacements, %lld given up, %lld parts "
      "found, "
      "%lld of them wrong, %lld files confirmed, %lld pulls into sinks\n",
      static_cast<long long>(tally.polite), static_cast<long long>(tally.interruptions),
      static_cast<long long>(tally.replacements), static_cast<long long>(tally.cancels),
      static_cast<long long>(tally.parts_found), static_cast<long long>(tally.discarded),
      static_cast<long long>(tally.confirmed), static_cast<long long>(tally.into_sinks));
  std::printf("%lld of them with lanes: %lld bytes on lanes, %lld lanes lost under way, %lld bytes sent again\n",
              static_cast<long long>(tally.with_lanes), static_cast<long long>(tally.lane_bytes),
              static_cast<long long>(tally.lanes_lost), static_cast<long long>(tally.bytes_again));
  PrintReasons("pulls failed:", tally.failed);
  PrintReasons("offers ended:", tally.uploads);
}

}  // namespace

int main(int count, char** values) {
  const std::optional<Arguments> arguments = Parse(count, values);
  if (!arguments) {
    std::fprintf(stderr, "usage: %s [--seconds N | --schedules N] [--seed S]\n", values[0]);
    return 2;
  }
  const bool replay = arguments->seed && !arguments->seconds && !arguments->schedules;
  const double seconds = arguments->seconds.value_or(arguments->schedules ? 1e9 : 20);
  const std::uint64_t schedules = replay ? 1 : arguments->schedules.value_or(UINT64_MAX);
  std::uint64_t seed = arguments->seed.value_or(1);

  std::signal(SIGALRM, GiveUp);
  Tally tally;
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  for (std::uint64_t i = 0; i < schedules && elapsed() < seconds; ++i, ++seed) {
    Journal journal(replay, tally);
    WatchOver(seed);
    const std::string violation = RunSchedule(seed, journal);
    if (violation.empty()) continue;
    std::printf("seed %llu: %s\nreplay: %s --seed %llu\n", static_cast<unsigned long long>(seed), violation.c_str(),
                values[0], static_cast<unsigned long long>(seed));
    return 1;
  }
  Print(tally, elapsed());
  if (tally.polite >= kManyPolite && (tally.with_lanes == 0 || tally.lanes_lost == 0 || tally.bytes_again == 0)) {
    std::printf("no lane carried anything, or none was lost with what it carried: nothing was shown of them\n");
    return 1;
  }
  return 0;
}
