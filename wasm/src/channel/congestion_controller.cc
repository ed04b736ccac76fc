#include "channel/congestion_controller.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace peer_session {
namespace {

// How long the bytes in the queue take to leave it, when all is well: what a page needs to be late now and then without the link
// running empty. It is that at 20 Mbit/s, and falls with the root of the rate: who has less bears more, so that flows that share a
// link come to the same rate.
constexpr Duration kTarget = Duration::Millis(15);
constexpr double kTargetRate = 2.5;
constexpr Duration kLeastTarget = Duration::Millis(8);
constexpr Duration kMostTarget = Duration::Millis(40);

// On so short and fast a path, as between two pages of one machine or over a cable, the hosts are what takes time, and larger messages
// cost them less.
constexpr Duration kNear = Duration::Millis(5);
constexpr double kNearRate = 5;
constexpr Duration kNearTarget = Duration::Millis(150);

// A queue that none of a round's samples was without.
constexpr Duration kLate = Duration::Millis(12);
constexpr Duration kEmpty = Duration::Millis(4);
// In a round at the start; a channel that fills itself brings half as much more.
constexpr double kGrowth = 1.2;

constexpr Duration kLeastRound = Duration::Millis(25);
constexpr std::int64_t kLeastSamples = 4;

// Of the window, in one round. Up: the queue grows by no more than that part of a round trip.
constexpr double kLeastFactor = 0.6;
constexpr double kMostFactor = 1.25;
constexpr double kMostFactorWhenEmpty = 1.4;
constexpr double kMostFactorWhenNear = 2;

// Half of the way to where the last round says that it should be: what is under way answers a round later.
constexpr double kGain = 0.5;

// The queue is let run empty when it has not been for so long, or the path's own delay would be forgotten.
constexpr Duration kProbeEvery = Duration::Seconds(5);
constexpr Duration kFirstProbe = Duration::Seconds(2);
constexpr double kProbeShare = 0.75;
constexpr std::int64_t kProbeRounds = 2;

// The window has become so much smaller, and the queue is no shorter than that; for so many rounds, since the first of them still
// shows what left before.
constexpr double kDoubtedShare = 0.5;
constexpr double kSameQueue = 0.8;
constexpr std::int64_t kDoubts = 2;

constexpr std::int64_t kMessagesInWindow = 4;
constexpr Duration kMessageTime = Duration::Millis(8);

// The smallest window still brings two messages of 4 KiB, so that there is an acknowledgement under way.
constexpr ByteCount kLeastWindow = ByteCount::KiB(8);
// 100 Mbit/s over 300 ms; what SCTP has to keep until it has arrived.
constexpr ByteCount kMostWindow = ByteCount::MiB(4);

double Micros(Duration span) { return static_cast<double>(std::max<std::int64_t>(span.micros(), 1)); }

Duration MicrosOf(double micros) { return Duration::Micros(static_cast<std::int64_t>(micros)); }

ByteCount Bytes(double bytes) { return ByteCount(static_cast<std::int64_t>(bytes)); }

double Value(ByteCount bytes) { return static_cast<double>(bytes.value()); }

Duration Difference(Duration one, Duration other) { return Duration::Micros(one.micros() - other.micros()); }

}  // namespace

CongestionController::CongestionController(ByteCount initial_window)
    : initial_(std::max(initial_window, kLeastWindow)), window_(initial_) {}

ByteCount CongestionController::MessageSize() const {
  const ByteCount part(window_.value() / kMessagesInWindow);
  if (round_trip_.empty()) return part;
  const double share = Micros(kMessageTime) / (Micros(round_trip_.Get()) + Micros(kTarget));
  return std::min(part, Bytes(Value(window_) * share));
}

void CongestionController::HandleIdle(Duration idle) {
  // SCTP begins small then, too; and a whole window at once would be a burst that the queue may not hold.
  if (round_trip_.empty() || idle < std::max(round_trip_.Get(), Duration::Millis(200))) return;
  if (window_ <= initial_) return;
  if (!is_starting_) start_until_ = window_before_probe_.value_or(window_);
  window_before_probe_.reset();
  is_starting_ = true;
  was_late_ = false;
  last_rate_ = 0;
  window_ = initial_;
  round_.reset();
}

void CongestionController::HandleSample(Timestamp now, const PathSample& sample) {
  const Duration queue = QueueOf(now, sample);
  if (!round_) round_ = Round{.began_at = now, .least_queue = queue, .arrived = {}, .under_way = sample.under_way};
  if (queue < round_->least_queue || round_->samples == 0) {
    round_->least_queue = queue;
    round_->under_way = sample.under_way;
  }
  ++round_->samples;
  round_->arrived += sample.arrived;
  if (queue < kEmpty) empty_at_ = now;
  if (is_starting_) GrowAtStart(sample);
  const Duration length = std::max(round_trip_.Get() + round_->least_queue, kLeastRound);
  if (now - round_->began_at >= length && round_->samples >= kLeastSamples) EndRound(now);
}

Duration CongestionController::QueueOf(Timestamp now, const PathSample& sample) {
  // The first probe comes early: others may have filled the queue before.
  if (round_trip_.empty()) empty_at_ = now + Difference(kFirstProbe, kProbeEvery);
  // The message's own time on the narrowest link is no delay of the path's.
  const double rate = train_rate_.Rate();
  const Duration own = rate > 0 ? MicrosOf(Value(sample.message) / rate) : Duration();
  const Duration there_and_back = round_trip_.Add(now, Difference(sample.round_trip, own));
  train_rate_.Add(sample.arrived_at, sample.arrived, MicrosOf(Micros(round_trip_.Get()) / 3));
  // Of the way there alone, as long as the clocks agree: no queue takes longer than the whole way there and back.
  return std::min(there_and_back, one_way_.Add(now, Difference(sample.one_way, own)));
}

void CongestionController::GrowAtStart(const PathSample& sample) {
  // Twice as much in each round trip, unless the last one was late, or this one is.
  const bool is_late = was_late_ || (round_->samples >= kLeastSamples && round_->least_queue > kLate);
  if (is_limited_ && !is_late) window_ = std::min(window_ + sample.arrived, kMostWindow);
  std::optional<ByteCount> until = Held();
  if (start_until_) until = until ? std::min(*until, *start_until_) : start_until_;
  if (until && window_ >= *until) {
    window_ = std::max(*until, initial_);
    is_starting_ = false;
  }
}

bool CongestionController::IsNear(double rate) const { return round_trip_.Get() < kNear && rate > kNearRate; }

double CongestionController::Target(double rate) const {
  if (IsNear(rate)) return Micros(kNearTarget);
  return std::clamp(Micros(kTarget) * std::sqrt(kTargetRate / rate), Micros(kLeastTarget), Micros(kMostTarget));
}

std::optional<ByteCount> CongestionController::Held() const {
  const double rate = train_rate_.Rate();
  if (rate <= 0) return std::nullopt;
  return Bytes(rate * (Micros(round_trip_.Get()) + Target(rate)));
}

void CongestionController::EndRound(Timestamp now) {
  const double rate = Value(round_->arrived) / Micros(now - round_->began_at);
  if (window_before_probe_) {
    if (--probe_rounds_ == 0) {
      window_ = *window_before_probe_;
      window_before_probe_.reset();
      empty_at_ = now;
    }
  } else if (is_starting_) {
    EndRoundOfStart(rate);
  } else {
    Steer(now);
  }
  last_rate_ = rate;
  is_limited_ = false;
  round_.reset();
}

void CongestionController::EndRoundOfStart(double rate) {
  const bool is_late = round_->least_queue > kLate;
  // Late, and faster: the channel was what held it up, and not the path.
  if (is_late && rate < last_rate_ * kGrowth) {
    is_starting_ = false;
    const double base = Micros(round_trip_.Get());
    Resize(std::min(round_->under_way, window_), (base + Target(rate)) / (base + Micros(round_->least_queue)));
  }
  was_late_ = is_late;
}

void CongestionController::Steer(Timestamp now) {
  start_until_.reset();
  const Duration queue = round_->least_queue;
  const double base = Micros(round_trip_.Get());
  const double rate = Value(window_) / (base + Micros(queue));
  const double goal = (base + Target(rate)) / (base + Micros(queue));
  double factor = std::clamp(1 + (goal - 1) * kGain, kLeastFactor, IsNear(rate) ? kMostFactorWhenNear : kMostFactor);
  // However long the path is, an empty one is filled soon.
  empty_rounds_ = queue < kEmpty && is_limited_ ? empty_rounds_ + 1 : 0;
  if (empty_rounds_ > 0) {
    factor = std::max(factor, empty_rounds_ > 1 ? kMostFactorWhenEmpty : kMostFactor);
    if (const auto held = Held()) {
      const double to_full = Value(*held) / Value(window_);
      factor = std::min(factor, std::max(to_full, 1 + (goal - 1) * kGain));
    }
  }
  // What was not used up says nothing of what the path holds.
  if (factor < 1 || is_limited_) Resize(window_, factor);
  DoubtThePath(now, queue);
  if (now - empty_at_ < kProbeEvery) return;
  window_before_probe_ = window_;
  probe_rounds_ = kProbeRounds;
  Resize(window_, base / (base + Micros(queue)) * kProbeShare);
}

// A queue of this side's own making shrinks with the window. One that does not is the path's: a longer route, a radio that sleeps, or
// others who fill it.
void CongestionController::DoubtThePath(Timestamp now, Duration queue) {
  if (queue <= kMostTarget) {
    window_when_long_.reset();
    return;
  }
  if (!window_when_long_) {
    window_when_long_ = window_;
    queue_when_long_ = queue;
    doubts_ = 0;
  }
  const bool is_unmoved = Value(window_) < Value(*window_when_long_) * kDoubtedShare &&
                          Micros(queue) > Micros(queue_when_long_) * kSameQueue;
  doubts_ = is_unmoved ? doubts_ + 1 : 0;
  if (doubts_ < kDoubts) return;
  round_trip_.Raise(now, queue);
  one_way_.Raise(now, queue);
  window_ = *window_when_long_;
  window_when_long_.reset();
}

void CongestionController::Resize(ByteCount from, double factor) {
  window_ = std::clamp(Bytes(Value(from) * factor), kLeastWindow, kMostWindow);
}

}  // namespace peer_session
