#include "bottleneck.h"

#include <algorithm>

namespace path_emulator {
namespace {

Nanoseconds TimeOnLine(std::int64_t bytes, std::int64_t bits_per_second) {
  return bytes * 8 * kSecond / bits_per_second;
}

bool HasRoom(const LinkSettings& settings, Nanoseconds backlog, Nanoseconds own) {
  if (backlog == 0) return true;
  if (settings.queue_time) return backlog + own <= *settings.queue_time;
  if (settings.queue_bytes) return backlog + own <= TimeOnLine(*settings.queue_bytes, settings.bits_per_second);
  return true;
}

}  // namespace

std::optional<Nanoseconds> Bottleneck::Take(const LinkSettings& settings, Nanoseconds arrival, std::int64_t bytes) {
  AdvanceTo(arrival);
  const Nanoseconds backlog = BacklogAt(arrival);
  // What was queued before there was no bottleneck any more still goes first.
  if (settings.bits_per_second == 0) return arrival + backlog;
  const Nanoseconds own = TimeOnLine(bytes, settings.bits_per_second);
  if (!HasRoom(settings, backlog, own)) return std::nullopt;
  free_at_ = arrival + backlog + own;
  max_backlog_ = std::max(max_backlog_, backlog + own);
  return free_at_;
}

void Bottleneck::Empty(Nanoseconds now) {
  AdvanceTo(now);
  free_at_ = 0;
}

double Bottleneck::MeanBacklog(Nanoseconds now) {
  AdvanceTo(now);
  const Nanoseconds measured = advanced_to_ - measured_from_;
  return measured > 0 ? backlog_over_time_ / static_cast<double>(measured) : 0;
}

void Bottleneck::MeasureFrom(Nanoseconds now) {
  AdvanceTo(now);
  measured_from_ = advanced_to_;
  backlog_over_time_ = 0;
  max_backlog_ = BacklogAt(advanced_to_);
}

void Bottleneck::AdvanceTo(Nanoseconds now) {
  if (now <= advanced_to_) return;
  // The backlog falls by one nanosecond in each, down to nothing: a triangle, or the trapezium that is left of it.
  const auto height = static_cast<double>(BacklogAt(advanced_to_));
  const double busy = std::min(height, static_cast<double>(now - advanced_to_));
  backlog_over_time_ += busy * (height - busy / 2);
  advanced_to_ = now;
}

}  // namespace path_emulator
