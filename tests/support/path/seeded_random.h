#pragma once

#include <cstdint>

namespace path_emulator {

/// mulberry32, as in tests/support/seeded-random.mjs: a test can draw the same numbers and say which packet is lost.
class SeededRandom {
 public:
  explicit SeededRandom(std::uint32_t seed) : state_(seed) {}

  /// In [0, 1).
  double Next() {
    state_ += 0x6d2b79f5U;
    std::uint32_t mixed = (state_ ^ (state_ >> 15U)) * (state_ | 1U);
    mixed ^= mixed + (mixed ^ (mixed >> 7U)) * (mixed | 61U);
    return static_cast<double>(mixed ^ (mixed >> 14U)) / 4294967296.0;
  }

 private:
  std::uint32_t state_;
};

}  // namespace path_emulator
