#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "nanoseconds.h"

namespace path_emulator {

/// How late packets left against their computed time. Percentiles are exact to a sixteenth.
class Lateness {
 public:
  void Add(Nanoseconds late);

  double Mean() const { return count_ > 0 ? sum_ / static_cast<double>(count_) : 0; }
  Nanoseconds Max() const { return max_; }
  /// The upper edge of the step that holds this share of all.
  Nanoseconds Percentile(double share) const;

 private:
  std::array<std::uint64_t, 1024> steps_{};
  std::uint64_t count_ = 0;
  double sum_ = 0;
  Nanoseconds max_ = 0;
};

}  // namespace path_emulator
