// How long a waiting pull, or a running file, bears the peer's silence. docs/protocol.md, "Deadlines".
//
// Whatever the peer does for its queue ends the silence of all who wait in it: a file that begins, a byte of it, an abort.
// Other text does not, or they would wait for ever on a peer that pings; but what they wait for may be behind it on a slow
// path, so each byte of it adds the time that it takes there.
#ifndef PEER_SESSION_SRC_RECEIVE_PATIENCE_H_
#define PEER_SESSION_SRC_RECEIVE_PATIENCE_H_

#include <algorithm>
#include <cstdint>

#include "peer_session/options.h"
#include "peer_session/types.h"

namespace peer_session {

class Patience {
 public:
  explicit Patience(const Timeouts& timeouts) : timeouts_(timeouts) {}

  // The peer's queue moves.
  void Renew(Timestamp now) {
    last_sign_ = now;
    for_text_ = Duration();
  }
  // Nobody waited before: what came until now is no excuse.
  void Begin() { for_text_ = Duration(); }
  void HearText(ByteCount size) {
    // 16 KiB/s; bounded before it is multiplied.
    constexpr std::int64_t kMicrosPerByte = 1'000'000 / (16 * 1024);
    const std::int64_t most = timeouts_.text.micros();
    const std::int64_t bytes = std::min(size.value(), most / kMicrosPerByte + 1);
    const std::int64_t sum = for_text_.micros() + bytes * kMicrosPerByte;
    for_text_ = Duration::Micros(std::min(sum, most));
  }

  Duration ForText() const { return for_text_; }

  bool IsSilent(Timestamp asked_at, Duration silence, Timestamp now) const {
    return now >= SilentAt(asked_at, silence);
  }

  // For a pull asked for at that time. While the peer sends a file that nobody here wants any more, the queue may pause for as
  // long as a running file may.
  Timestamp EndsAt(Timestamp asked_at, bool may_pause) const {
    const Duration silence = may_pause ? std::max(timeouts_.pull, timeouts_.stall) : timeouts_.pull;
    return SilentAt(asked_at, silence);
  }

 private:
  Timestamp SilentAt(Timestamp asked_at, Duration silence) const {
    return std::max(asked_at, last_sign_) + silence + for_text_;
  }

  const Timeouts& timeouts_;
  Timestamp last_sign_;
  Duration for_text_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_PATIENCE_H_
