// How long a pull that waits may, and must, bear the peer's silence (docs/protocol.md, "Deadlines"), from what is heard of the
// peer alone.
//
// What the engine counts in whole microseconds or seconds this counts exactly, so that it knows two moments: before the one no
// pull may time out, and by the other each must have.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_PATIENCE_MODEL_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_PATIENCE_MODEL_H_

#include <algorithm>
#include <cstdint>
#include <string>

#include "peer_session/options.h"
#include "peer_session/types.h"

namespace peer_session::simulation {

class PatienceModel {
 public:
  struct Wait {
    // When the request had left, at the earliest and at the latest.
    Timestamp from_least;
    Timestamp from_most;
  };

  explicit PatienceModel(const Timeouts& timeouts) : timeouts_(timeouts) {}

  // A request is made behind so many bytes of this side's own, as far as the engine can know. Behind more than a second's worth
  // silence means nothing until they have left, which the engine may hear of late, or never: then so much text as the peer may
  // take its time for is the most; and so for those after it, also when it waits no more. `is_first`: nobody waited;
  // `is_idle`: nor does a file run.
  Wait Begin(Timestamp now, bool is_first, bool is_idle, std::int64_t unsent_as_known) {
    if (is_first) latest_.from_least = now;
    if (is_idle) text_ = 0;
    const bool may_be_held_back = unsent_as_known + kLongestRequest > kSecondsWorth || latest_.from_most > now;
    // Requests leave in their order.
    latest_.from_least = std::max(latest_.from_least, now);
    latest_.from_most = std::max(latest_.from_most, may_be_held_back ? now + timeouts_.text : now);
    return latest_;
  }

  // The peer's queue moves: all who wait in it wait anew.
  void Sign(Timestamp now) {
    last_sign_ = now;
    has_sign_ = true;
    text_ = 0;
  }
  // So many bytes of text came, behind which a file may be.
  void Text(std::int64_t bytes) { text_ += bytes; }

  // A file goes by that nobody here wants any more: no more bytes of it, and no longer, are signs of the queue. A file that has
  // stalled has had its pause, unless it goes on.
  void Passes(const std::string& id, std::int64_t bytes, Timestamp until, bool may_pause) {
    passing_id_ = id;
    passing_ = bytes;
    passes_until_ = until;
    may_pause_ = may_pause;
  }
  void NothingPasses() {
    passing_id_.clear();
    passing_ = 0;
  }
  bool IsPassing(const std::string& id) const { return id == passing_id_; }
  void Dropped(std::int64_t bytes, Timestamp now) {
    if (bytes <= 0 || bytes > passing_ || now >= passes_until_) return;
    passing_ -= bytes;
    may_pause_ = true;
    Sign(now);
  }

  Timestamp NotBefore(const Wait& wait) const {
    return From(wait.from_least) + Silence() + Less(TextTakes(), Micros(text_ / 20 + 1));
  }
  // A running file bears as much text.
  Timestamp StallsNotBefore(Timestamp last_byte_at) const {
    return last_byte_at + timeouts_.stall + Less(TextTakes(), Micros(text_ / 20 + 1));
  }
  Timestamp StallsBy(Timestamp last_byte_at) const {
    return last_byte_at + timeouts_.stall + (text_ > 0 ? TextTakes() + Micros(1) : Duration());
  }
  Timestamp By(const Wait& wait) const { return From(wait.from_most) + Silence() + TextTakes() + Micros(1); }

 private:
  static constexpr std::int64_t kSecondsWorth = 16 * 1024;
  // An id of 256 bytes, six for each if it needs escapes.
  static constexpr std::int64_t kLongestRequest = 2048;

  // How much longer the text that came since the last sign lets a file wait.
  Duration TextTakes() const { return SlowestPathTakes(text_); }
  static Duration Micros(std::int64_t micros) { return Duration::Micros(micros); }
  static Duration Less(Duration span, Duration by) {
    return Micros(std::max<std::int64_t>(span.micros() - by.micros(), 0));
  }
  Duration SlowestPathTakes(std::int64_t bytes) const {
    const double micros = static_cast<double>(bytes) / (16 * 1024) * 1e6;
    if (micros >= static_cast<double>(timeouts_.text.micros())) return timeouts_.text;
    return Micros(static_cast<std::int64_t>(micros));
  }
  Timestamp From(Timestamp asked) const { return has_sign_ ? std::max(asked, last_sign_) : asked; }
  Duration Silence() const {
    return passing_ > 0 && may_pause_ ? std::max(timeouts_.pull, timeouts_.stall) : timeouts_.pull;
  }

  const Timeouts& timeouts_;
  bool has_sign_ = false;
  Timestamp last_sign_;
  std::int64_t text_ = 0;
  std::string passing_id_;
  std::int64_t passing_ = 0;
  Timestamp passes_until_;
  bool may_pause_ = false;
  // Of the newest that waits.
  Wait latest_;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_PATIENCE_MODEL_H_
