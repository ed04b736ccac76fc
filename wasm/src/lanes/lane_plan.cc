#include "lanes/lane_plan.h"

#include <algorithm>
#include <utility>

namespace peer_session {
namespace {

// A rate is measured over so many round trips, and for so long at the least.
constexpr std::int64_t kRoundTrips = 6;
constexpr Duration kLeastStretch = Duration::Millis(400);
constexpr std::int64_t kLeastSamples = 8;

// In so many of so many round trips the channel is held back where loss does it.
constexpr std::int64_t kOften = 4;
constexpr std::int64_t kOf = 5;

// Of what the link bears; it is known where bytes come close together now and then. More than that loss does not leave, and a page
// that is late may well look as if it were held back.
constexpr double kFull = 0.7;

// The first time. Where one more helps three do, and each time takes more than a second.
constexpr std::size_t kFirst = 3;

// What was sent before a pause says nothing of what comes after it.
constexpr Duration kPause = Duration::Seconds(2);

// A connection takes its half second, and a few messages: what is over in less than this gains nothing.
constexpr Duration kWorthIt = Duration::Seconds(3);

// Loopback, and the local network: no loss there holds anybody up for long.
constexpr Duration kNear = Duration::Millis(5);

// Twice as many channels bring twice as much where loss is what limits. Where they bring less than this it is something else, or the
// link is full: then the last ones are too many.
constexpr double kWorthMore = 1.2;

// Then they are not tried again for so long.
constexpr Duration kGivesUpFor = Duration::Seconds(60);

}  // namespace

std::size_t LanePlan::HandleSample(Timestamp now, const Sample& sample) {
  const bool goes_on = stretch_ && now - sampled_at_ < kPause && !sample.are_opening;
  sampled_at_ = now;
  if (!goes_on) {
    stretch_ = Stretch{.began_at = now, .arrived = {}, .round_trip_began_at = now};
    return sample.lanes;
  }
  Add(*stretch_, now, sample);
  const Duration length = std::max(Duration::Micros(sample.round_trip.micros() * kRoundTrips), kLeastStretch);
  if (now - stretch_->began_at < length || stretch_->samples < kLeastSamples) return sample.lanes;
  const Stretch whole = *stretch_;
  stretch_ = Stretch{.began_at = now, .arrived = {}, .is_first = false, .round_trip_began_at = now};
  return whole.is_first ? sample.lanes : Judge(now, whole, sample);
}

void LanePlan::Add(Stretch& stretch, Timestamp now, const Sample& sample) {
  stretch.arrived += sample.arrived;
  ++stretch.samples;
  stretch.was_held_back &= sample.is_held_back;
  if (now - stretch.round_trip_began_at < sample.round_trip) return;
  ++stretch.round_trips;
  stretch.held_back += stretch.was_held_back ? 1 : 0;
  stretch.round_trip_began_at = now;
  stretch.was_held_back = true;
}

std::size_t LanePlan::Judge(Timestamp now, const Stretch& stretch, const Sample& last) {
  const double rate =
      static_cast<double>(stretch.arrived.value()) / static_cast<double>((now - stretch.began_at).micros());
  if (const auto before = std::exchange(lanes_before_, std::nullopt); before && rate < rate_before_ * kWorthMore) {
    HandleFailure(now);
    return std::min(*before, last.lanes);
  }
  if (gave_up_at_ && now - *gave_up_at_ < kGivesUpFor) return last.lanes;
  const bool is_held_back = stretch.held_back * kOf >= stretch.round_trips * kOften;
  const bool is_full = last.link_rate > 0 && rate >= last.link_rate * kFull;
  const bool is_long = static_cast<double>(last.left.value()) >= rate * static_cast<double>(kWorthIt.micros());
  if (!is_held_back || is_full || !is_long || last.round_trip < kNear || last.lanes >= most_) return last.lanes;
  rate_before_ = rate;
  lanes_before_ = last.lanes;
  stretch_.reset();
  // One channel, four, eight.
  return std::min(most_, std::max<std::size_t>(last.lanes * 2 + 1, kFirst));
}

void LanePlan::HandleFailure(Timestamp now) { gave_up_at_ = now; }

}  // namespace peer_session
