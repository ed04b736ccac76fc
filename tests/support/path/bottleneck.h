#pragma once

#include <cstdint>
#include <optional>

#include "link_settings.h"
#include "nanoseconds.h"

namespace path_emulator {

/// A line of so many bits per second behind a drop-tail queue, computed and never ticked: all that is remembered is when
/// the last packet will have left. What was taken keeps its time when the rate changes.
class Bottleneck {
 public:
  explicit Bottleneck(Nanoseconds start) : measured_from_(start), advanced_to_(start) {}

  /// When a packet of this arrival has wholly left, or nothing if the queue has no room for it. Whatever finds the queue
  /// empty is taken. Arrivals do not go back in time.
  std::optional<Nanoseconds> Take(const LinkSettings& settings, Nanoseconds arrival, std::int64_t bytes);

  /// Throws away what is queued.
  void Empty(Nanoseconds now);

  /// How long what lay in the queue took to leave, the packet on the line included: averaged over time.
  double MeanBacklog(Nanoseconds now);
  Nanoseconds MaxBacklog() const { return max_backlog_; }
  void MeasureFrom(Nanoseconds now);

 private:
  void AdvanceTo(Nanoseconds now);
  Nanoseconds BacklogAt(Nanoseconds now) const { return free_at_ > now ? free_at_ - now : 0; }

  /// When the last packet that was taken will have left.
  Nanoseconds free_at_ = 0;
  Nanoseconds measured_from_;
  Nanoseconds advanced_to_;
  /// Nanoseconds of backlog times nanoseconds of its life.
  double backlog_over_time_ = 0;
  Nanoseconds max_backlog_ = 0;
};

}  // namespace path_emulator
