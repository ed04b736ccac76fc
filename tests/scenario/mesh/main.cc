// mesh [--seconds N | --meshes N] [--seed S] [--without] [--table]
//
// Runs random meshes S, S + 1, ... whose pages have a group each, until the budget is used up: every living pair is complete, no
// more bytes than 1.1 times what was needed are sent, and nothing fails but what really died. --without takes
// the groups away; --table prints named meshes with and without.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "scenario/mesh/mesh.h"

namespace {

using peer_session::mesh::Mesh;
using peer_session::mesh::Outcome;
using peer_session::mesh::Plan;
using peer_session::simulation::Random;

constexpr double kMostBytes = 1.1;
// An offer that brings a pin is announced, whatever is on its way; where images are offered on as pinned, some come twice.
constexpr double kMostBytesWithPins = 2;

Plan AnyPlan(std::uint64_t seed) {
  Random random(~seed);
  Plan plan;
  plan.pages = static_cast<int>(random.Chance(10) ? random.Between(13, 30) : random.Between(3, 12));
  plan.images = static_cast<int>(random.Between(1, plan.pages > 12 ? 8 : 20));
  plan.largest = random.OneOf({150'000, 600'000, 2'400'000});
  plan.slowest = random.OneOf({150'000, 500'000, 2'000'000});
  plan.fastest = plan.slowest * random.Between(1, 5);
  plan.late = static_cast<int>(random.Between(0, std::min(plan.pages / 3, plan.pages - 3)));
  plan.killed = static_cast<int>(random.Between(0, (plan.pages - plan.late - 1) / 3));
  plan.pausing = static_cast<int>(random.Chance(30) ? 1 : 0);
  plan.more_images = static_cast<int>(random.Between(0, 6));
  plan.inventory_first = random.Chance(50);
  plan.drops_when_busy = random.Chance(20);
  plan.relays_pins = random.Chance(20);
  // What one page uploads for all is to take two minutes at the most: an offer lives for five.
  const std::int64_t upload = plan.images * plan.largest * plan.pages;
  if (upload > 120 * plan.slowest) plan.largest = std::max<std::int64_t>(plan.largest * 120 * plan.slowest / upload, 1);
  plan.smallest = std::min(plan.smallest, plan.largest);
  return plan;
}

void Print(const Plan& plan) {
  std::printf(
      "%d pages (%d killed, %d late, %d pausing), %d + %d images up to %lld bytes, %lld to %lld bytes/s%s%s%s\n",
      plan.pages, plan.killed, plan.late, plan.pausing, plan.images, plan.more_images,
      static_cast<long long>(plan.largest), static_cast<long long>(plan.slowest), static_cast<long long>(plan.fastest),
      plan.relays_pins ? ", pins relayed" : "", plan.drops_when_busy ? ", drops when busy" : "",
      plan.inventory_first ? ", inventories first" : "");
}

void Print(const Outcome& outcome) {
  std::printf("%d/%d", outcome.complete, outcome.pairs);
  if (outcome.all_after >= 0) {
    std::printf(" in %.0f s", outcome.all_after);
  }
  std::printf(", half in %.0f s; bytes %.2f; %d offers, %d duplicates; errors: %d of the living, %d of the dead\n",
              outcome.half_after, outcome.BytesRatio(), outcome.tally.offers, outcome.tally.duplicates,
              outcome.tally.errors_of_living, outcome.tally.errors_of_dead);
}

void PrintTable(std::uint64_t seed) {
  struct Named {
    const char* name;
    Plan plan;
  };
  const auto plan = [](auto change) {
    Plan made;
    change(made);
    return made;
  };
  const Named meshes[] = {
      {"five pages", plan([](Plan&) {})},
      {"five pages, inventories first", plan([](Plan& p) { p.inventory_first = true; })},
      {"one killed, one late", plan([](Plan& p) { p.killed = p.late = 1; })},
      {"slow uplinks", plan([](Plan& p) { p.slowest = 300'000, p.fastest = 600'000; })},
      {"one killed, one late, pins", plan([](Plan& p) { p.killed = p.late = 1, p.relays_pins = true; })},
      {"twelve pages", plan([](Plan& p) { p.pages = 12, p.killed = 2, p.late = 2; })},
      {"thirty pages", plan([](Plan& p) { p.pages = 30, p.images = 8, p.killed = 5, p.late = 5; })},
  };
  for (const Named& mesh : meshes) {
    for (const int part : {0, 1, 2}) {
      Plan made = mesh.plan;
      // None, every second one, and all of them with a group.
      made.without_group = part == 0 ? made.pages : part == 1 ? made.pages / 2 : 0;
      std::printf("%-32s %-14s ", mesh.name, part == 0 ? "without" : part == 1 ? "half" : "with groups");
      Print(Mesh(made, seed).Run());
      std::fflush(stdout);
    }
  }
}

}  // namespace

int main(int count, char** values) {
  double seconds = 5;
  std::uint64_t meshes = UINT64_MAX;
  std::uint64_t seed = 1;
  bool table = false;
  bool without = false;
  bool replay = false;
  for (int i = 1; i < count; ++i) {
    const std::string name = values[i];
    const char* value = i + 1 < count ? values[i + 1] : "";
    if (name == "--table" || name == "--without") {
      (name == "--table" ? table : without) = true;
      continue;
    }
    if (name == "--seconds") seconds = std::strtod(value, nullptr);
    if (name == "--meshes") meshes = std::strtoull(value, nullptr, 10), seconds = 1e9;
    if (name == "--seed") seed = std::strtoull(value, nullptr, 10), replay = true;
    ++i;
  }
  if (table) {
    PrintTable(seed);
    return 0;
  }
  const auto start = std::chrono::steady_clock::now();
  const auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  std::uint64_t run = 0;
  std::int64_t sent = 0;
  std::int64_t needed = 0;
  std::int64_t pairs = 0;
  for (; run < meshes && elapsed() < seconds; ++run, ++seed) {
    Plan plan = AnyPlan(seed);
    if (without) plan.without_group = plan.pages;
    const Outcome outcome = Mesh(plan, seed).Run();
    sent += outcome.sent;
    needed += outcome.needed;
    pairs += outcome.pairs;
    // Whoever drops what it is offered must be offered it anew, and nobody promises that.
    const bool is_complete = outcome.complete == outcome.pairs || plan.drops_when_busy;
    const bool is_good = is_complete && outcome.BytesRatio() <= (plan.relays_pins ? kMostBytesWithPins : kMostBytes) &&
                         outcome.tally.errors_of_living == 0;
    if (is_good && !(replay && meshes == 1)) continue;
    std::printf("seed %llu: ", static_cast<unsigned long long>(seed));
    Print(plan);
    Print(outcome);
    if (!is_good) return 1;
  }
  std::printf("%llu meshes, %lld pairs, complete; %.3f times the bytes that were needed\n",
              static_cast<unsigned long long>(run), static_cast<long long>(pairs),
              needed == 0 ? 1 : static_cast<double>(sent) / static_cast<double>(needed));
  return 0;
}
