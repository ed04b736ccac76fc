#pragma once

#include <cstdint>

#include "link_settings.h"
#include "seeded_random.h"

namespace path_emulator {

/// Decides which packets are lost on the way: single ones and bursts. The same seed decides the same.
class Loss {
 public:
  explicit Loss(std::uint32_t seed) : single_(seed), burst_(seed + 0x10000U) {}

  /// To be asked once for each packet. Draws from a generator only where its kind of loss is set.
  bool TakesNext(const LinkSettings& settings);

 private:
  SeededRandom single_;
  SeededRandom burst_;
  bool in_burst_ = false;
};

}  // namespace path_emulator
