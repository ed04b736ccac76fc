#pragma once

#include <cstdint>
#include <optional>

#include "nanoseconds.h"

namespace path_emulator {

/// What one direction of the path does to packets.
struct LinkSettings {
  Nanoseconds delay = 0;
  /// Up to so much more delay, drawn for each packet. None overtakes another.
  Nanoseconds jitter = 0;
  /// Of the bottleneck; 0: there is none.
  std::int64_t bits_per_second = 0;
  /// What may lie in front of the bottleneck: by the time that it takes to leave, or in bytes, or (neither) anything.
  std::optional<Nanoseconds> queue_time;
  std::optional<std::int64_t> queue_bytes;
  /// The share of packets that are lost, each for itself: 0 to 1.
  double loss = 0;
  /// Gilbert's model: how likely a packet is to begin a burst of losses, and how many packets one takes on average.
  double burst_begin = 0;
  double burst_length = 1;
};

}  // namespace path_emulator
