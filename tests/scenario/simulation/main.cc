// simulation [--seconds N | --schedules N] [--seed S]
//
// Runs schedules S, S + 1, ... until the budget is used up; each is decided by its seed alone. With --seed and neither
// budget, runs that one and prints everything that happens in it.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "scenario/simulation/journal.h"
#include "scenario/simulation/world.h"

namespace {

using peer_session::simulation::Journal;
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

void Print(const Tally& tally, double seconds) {
  std::printf("%lld schedules in %.1f s (%.0f a second), %lld steps, %lld pulls: %lld delivered",
              static_cast<long long>(tally.schedules), seconds, static_cast<double>(tally.schedules) / seconds,
              static_cast<long long>(tally.steps), static_cast<long long>(tally.pulls),
              static_cast<long long>(tally.delivered));
  for (std::size_t i = 0; i < tally.failed.size(); ++i) {
    if (tally.failed[i] == 0) continue;
    const std::string code(peer_session::CodeOf(static_cast<peer_session::Reason>(i)));
    std::printf(", %lld %s", static_cast<long long>(tally.failed[i]), code.c_str());
  }
  std::printf("\n");
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

  Tally tally;
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  for (std::uint64_t i = 0; i < schedules && elapsed() < seconds; ++i, ++seed) {
    Journal journal(replay, tally);
    const std::string violation = World(seed, journal).Run();
    if (violation.empty()) continue;
    std::printf("seed %llu: %s\nreplay: %s --seed %llu\n", static_cast<unsigned long long>(seed), violation.c_str(),
                values[0], static_cast<unsigned long long>(seed));
    return 1;
  }
  Print(tally, elapsed());
  return 0;
}
