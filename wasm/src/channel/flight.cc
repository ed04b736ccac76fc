#include "channel/flight.h"

#include <algorithm>
#include <cstddef>

namespace peer_session {
namespace {

// Whoever sends files of a byte each has no more of them under way.
constexpr std::size_t kMostRecords = 1024;

}  // namespace

ByteCount Flight::Room() const {
  if (!is_bounded_) return controller_.Window();
  const ByteCount under_way = handed_ - arrived_;
  if (sent_.size() >= kMostRecords || under_way >= controller_.Window()) return ByteCount();
  return controller_.Window() - under_way;
}

void Flight::HandOver(Timestamp now, ByteCount size, ByteCount message) {
  if (!is_tracked_ || (!is_bounded_ && sent_.size() >= kMostRecords)) {
    handed_ += size;
    arrived_ = handed_;
    sent_.Clear();
    return;
  }
  if (handed_ > ByteCount() && handed_ == arrived_) controller_.HandleIdle(now - active_at_);
  active_at_ = now;
  handed_ += size;
  sent_.Push(Sent{.end = handed_, .at = now, .message = std::min(size, message), .under_way = handed_ - arrived_});
}

bool Flight::Acknowledge(Timestamp now, ByteCount total, Timestamp arrived_at, std::optional<Timestamp> asked_at) {
  if (total <= arrived_ || total > handed_) return false;
  while (sent_.front().end < total) sent_.PopFront();
  const Sent& newest = sent_.front();
  const Timestamp left_at = asked_at.value_or(newest.at);
  const PathSample sample{
      .round_trip = now - left_at,
      .arrived_at = arrived_at,
      .one_way = arrived_at - left_at,
      .arrived = total - arrived_,
      .message = newest.message,
      .under_way = newest.under_way,
  };
  if (newest.end == total) sent_.PopFront();
  arrived_ = total;
  active_at_ = now;
  controller_.HandleSample(now, sample);
  return true;
}

}  // namespace peer_session
