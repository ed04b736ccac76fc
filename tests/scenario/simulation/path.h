// A channel's way to the other side in virtual time: bytes leave the buffer at the path's rate, and each message arrives whole, the
// latency later.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_PATH_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_PATH_H_

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>

#include "peer_session/types.h"
#include "scenario/simulation/pipe.h"

namespace peer_session::simulation {

class Path {
 public:
  Path(Pipe& pipe, std::int64_t bytes_per_second, Duration latency, Timestamp now)
      : pipe_(pipe), rate_(bytes_per_second), latency_(latency), clock_(now) {}

  // Sends what the rate allows until then. Whatever was handed to the pipe was handed over by the last of these calls.
  void AdvanceTo(Timestamp now) {
    while (!is_dead_ && pipe_.HasUnsent()) {
      clock_ = std::max(clock_, paused_until_);
      const Timestamp done = clock_ + TimeFor(pipe_.RestOfFront());
      if (done > now) break;
      Send(pipe_.RestOfFront(), done);
      arrivals_.push_back(done + latency_);
    }
    if (now <= clock_) return;
    if (is_dead_ || !pipe_.HasUnsent()) {
      clock_ = now;
      return;
    }
    // The bytes of an unfinished message have left, too.
    const auto bytes =
        static_cast<std::int64_t>(static_cast<double>((now - clock_).micros()) * 1e-6 * static_cast<double>(rate_));
    if (bytes > 0) Send(std::min(bytes, pipe_.RestOfFront() - 1), clock_ + TimeFor(bytes));
  }

  // The next moment at which something can be seen of it: the threshold crossed, a message sent, a message there.
  std::optional<Timestamp> Next() const {
    std::optional<Timestamp> next;
    const auto consider = [&next](Timestamp at) {
      if (!next || at < *next) next = at;
    };
    if (!arrivals_.empty()) consider(arrivals_.front());
    if (is_dead_ || !pipe_.HasUnsent()) return next;
    const Timestamp from = std::max(clock_, paused_until_);
    consider(from + TimeFor(pipe_.RestOfFront()));
    const std::int64_t above = pipe_.buffered() - pipe_.threshold();
    if (above > 0) consider(from + TimeFor(above));
    return next;
  }

  std::optional<Message> Arrive(Timestamp now) {
    if (arrivals_.empty() || arrivals_.front() > now) return std::nullopt;
    arrivals_.pop_front();
    return pipe_.Arrive();
  }
  bool TakeLow() { return std::exchange(is_low_, false); }

  void PauseUntil(Timestamp until) { paused_until_ = std::max(paused_until_, until); }
  // Nothing leaves or arrives any more, and nobody is told.
  void Die() {
    is_dead_ = true;
    arrivals_.clear();
  }
  bool IsDead() const { return is_dead_; }

 private:
  // Rounded up: no byte is early.
  Duration TimeFor(std::int64_t bytes) const {
    return Duration::Micros(static_cast<std::int64_t>(static_cast<double>(bytes) * 1e6 / static_cast<double>(rate_)) +
                            1);
  }
  void Send(std::int64_t bytes, Timestamp done) {
    clock_ = std::max(clock_, done);
    if (bytes > 0 && pipe_.Drain(bytes)) is_low_ = true;
  }

  Pipe& pipe_;
  std::int64_t rate_;
  Duration latency_;
  // Until when its bytes are accounted for.
  Timestamp clock_;
  Timestamp paused_until_ = Timestamp::FromMicros(INT64_MIN);
  // Of the messages in flight.
  std::deque<Timestamp> arrivals_;
  bool is_low_ = false;
  bool is_dead_ = false;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_PATH_H_
