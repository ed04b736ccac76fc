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

// Where all of them together bring less than so many times what there was before, loss is not what limits, and they go again. It takes
// a while to tell: a lost packet holds up everything behind it.
constexpr Duration kTrial = Duration::Millis(1200);
constexpr double kWorthMore = 1.3;

// Then they are not tried again for so long.
constexpr Duration kGivesUpFor = Duration::Seconds(60);

// Bytes in a microsecond.
double RateOf(ByteCount bytes, Duration span) {
  return static_cast<double>(bytes.value()) / static_cast<double>(span.micros());
}

}  // namespace

std::size_t LanePlan::HandleSample(Timestamp now, const Sample& sample) {
  const bool goes_on = stretch_ && now - sampled_at_ < kPause && !sample.are_opening;
  sampled_at_ = now;
  if (sample.lanes == 0) link_rate_ = sample.link_rate;
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
  const double rate = RateOf(stretch.arrived, now - stretch.began_at);
  const bool has_given_up = gave_up_at_ && now - *gave_up_at_ < kGivesUpFor;
  if (!has_given_up && IsWorthMore(stretch, rate, last)) {
    if (!trial_) trial_ = Trial{.lanes = last.lanes, .rate = rate, .arrived = {}, .span = {}};
    trial_->arrived = ByteCount();
    trial_->span = Duration();
    stretch_.reset();
    // One channel, four, eight.
    return std::min(most_, std::max<std::size_t>(last.lanes * 2 + 1, kFirst));
  }
  if (!trial_) return last.lanes;
  trial_->arrived += stretch.arrived;
  trial_->span = trial_->span + (now - stretch.began_at);
  if (trial_->span < kTrial) return last.lanes;
  const Trial trial = *std::exchange(trial_, std::nullopt);
  if (RateOf(trial.arrived, trial.span) >= trial.rate * kWorthMore) return last.lanes;
  HandleFailure(now);
  return std::min(trial.lanes, last.lanes);
}

bool LanePlan::IsWorthMore(const Stretch& stretch, double rate, const Sample& last) const {
  const bool is_held_back = stretch.held_back * kOf >= stretch.round_trips * kOften;
  const bool is_full = link_rate_ > 0 && rate >= link_rate_ * kFull;
  const bool is_long = static_cast<double>(last.left.value()) >= rate * static_cast<double>(kWorthIt.micros());
  return is_held_back && !is_full && is_long && last.round_trip >= kNear && last.lanes < most_;
}

void LanePlan::HandleFailure(Timestamp now) { gave_up_at_ = now; }

}  // namespace peer_session
