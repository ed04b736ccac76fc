#pragma once

#include <cstdint>

#include "bottleneck.h"
#include "link_settings.h"
#include "loss.h"
#include "nanoseconds.h"
#include "seeded_random.h"

namespace path_emulator {

enum class Fate { kWaiting, kSent, kQueueFull, kLost, kCut, kStale, kUnaddressed, kRefused };

struct Verdict {
  /// kWaiting, kQueueFull, kLost or kCut.
  Fate fate;
  /// When it comes out at the other end, if it is kWaiting.
  Nanoseconds due;
};

/// Says of each packet whether it comes out at the other end of one direction, and when. Knows neither clock nor socket.
class Link {
 public:
  Link(std::uint32_t seed, Nanoseconds now);

  LinkSettings settings;

  /// Anew: what is lost from here on is decided as it was after the start with this seed.
  void Seed(std::uint32_t seed);

  /// A packet's bytes are counted with its headers. One that is lost has passed the bottleneck: it is lost behind it.
  Verdict Take(Nanoseconds arrival, std::int64_t bytes);

  void Cut(Nanoseconds now);
  void Restore() { is_cut_ = false; }

  Bottleneck& bottleneck() { return bottleneck_; }

 private:
  Bottleneck bottleneck_;
  Loss loss_;
  SeededRandom jitter_;
  bool is_cut_ = false;
  Nanoseconds last_arrival_ = 0;
  Nanoseconds last_due_ = 0;
};

}  // namespace path_emulator
