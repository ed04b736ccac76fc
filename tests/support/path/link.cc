#include "link.h"

#include <algorithm>

namespace path_emulator {
namespace {

SeededRandom JitterOf(std::uint32_t seed) { return SeededRandom(seed + 0x20000U); }

}  // namespace

Link::Link(std::uint32_t seed, Nanoseconds now) : bottleneck_(now), loss_(seed), jitter_(JitterOf(seed)) {}

void Link::Seed(std::uint32_t seed) {
  loss_ = Loss(seed);
  jitter_ = JitterOf(seed);
}

Verdict Link::Take(Nanoseconds arrival, std::int64_t bytes) {
  if (is_cut_) return {Fate::kCut, 0};
  // Of two sockets the one that is read later may hold what came earlier, by microseconds.
  last_arrival_ = std::max(last_arrival_, arrival);
  const auto departure = bottleneck_.Take(settings, last_arrival_, bytes);
  if (!departure) return {Fate::kQueueFull, 0};
  if (loss_.TakesNext(settings)) return {Fate::kLost, 0};
  Nanoseconds due = *departure + settings.delay;
  if (settings.jitter > 0) due += static_cast<Nanoseconds>(jitter_.Next() * static_cast<double>(settings.jitter));
  last_due_ = std::max(last_due_, due);
  return {Fate::kWaiting, last_due_};
}

void Link::Cut(Nanoseconds now) {
  is_cut_ = true;
  bottleneck_.Empty(now);
  last_due_ = 0;
}

}  // namespace path_emulator
