#include "lateness.h"

#include <algorithm>
#include <bit>

namespace path_emulator {
namespace {

// Up to 16 ns one step for each; then 16 steps for each doubling.
std::size_t StepOf(std::uint64_t late) {
  if (late < 16) return late;
  const auto doublings = static_cast<std::size_t>(std::bit_width(late)) - 5;
  return 16 * doublings + (late >> doublings);
}

Nanoseconds UpperEdge(std::size_t step) {
  if (step < 16) return static_cast<Nanoseconds>(step);
  const std::size_t doublings = step / 16 - 1;
  return static_cast<Nanoseconds>(((step % 16 + 17) << doublings) - 1);
}

}  // namespace

void Lateness::Add(Nanoseconds late) {
  const auto counted = static_cast<std::uint64_t>(std::max<Nanoseconds>(late, 0));
  steps_[StepOf(counted)] += 1;
  count_ += 1;
  sum_ += static_cast<double>(counted);
  max_ = std::max(max_, static_cast<Nanoseconds>(counted));
}

Nanoseconds Lateness::Percentile(double share) const {
  const double wanted = share * static_cast<double>(count_);
  std::uint64_t passed = 0;
  for (std::size_t step = 0; step < steps_.size(); step += 1) {
    passed += steps_[step];
    if (passed > 0 && static_cast<double>(passed) >= wanted) return std::min(UpperEdge(step), max_);
  }
  return max_;
}

}  // namespace path_emulator
