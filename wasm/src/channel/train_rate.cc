#include "channel/train_rate.h"

#include <algorithm>

namespace peer_session {
namespace {

// Less than that is no burst.
constexpr ByteCount kLeastBytes = ByteCount::KiB(16);
constexpr Duration kShortest = Duration::Millis(12);

// A page that was busy hears of several messages at once: they have arrived by the last of them, and not between the first and that.
constexpr Duration kTogether = Duration::Millis(3);

// Of a sample that is higher, and of one that is lower: one that waited may look like either.
constexpr double kGainUp = 0.125;
constexpr double kGainDown = 0.03;

}  // namespace

void TrainRate::Add(Timestamp at, ByteCount size, Duration longest) {
  received_ += size;
  double highest = 0;
  if (Arrival& newest = arrivals_.at(newest_); newest.is_set && at - newest.began_at < kTogether) {
    newest.ended_at = at;
    newest.received = received_;
  } else {
    newest_ = (newest_ + 1) % arrivals_.size();
    arrivals_.at(newest_) = Arrival{.is_set = true, .began_at = at, .ended_at = at, .received = received_};
  }
  for (const Arrival& earlier : arrivals_) {
    const ByteCount bytes = received_ - earlier.received;
    const Duration span = at - earlier.ended_at;
    if (!earlier.is_set || bytes < kLeastBytes || span < kShortest || span > longest) continue;
    highest = std::max(highest, static_cast<double>(bytes.value()) / static_cast<double>(span.micros()));
  }
  if (highest <= 0) return;
  if (rate_ <= 0) rate_ = highest;
  rate_ += (highest - rate_) * (highest > rate_ ? kGainUp : kGainDown);
}

}  // namespace peer_session
