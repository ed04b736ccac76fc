// How much may be under way to the peer at once: as much as the path holds, and a little more, so that it is never empty.
//
// A channel alone sends ever faster until the queue before the narrowest link overflows, and a burst that is lost there costs SCTP
// tens of seconds. So the delay is the signal, and not the loss: it rises while the queue is still short. docs/protocol.md,
// "Congestion", has the law, and docs/architecture.md where its parts come from.
#ifndef PEER_SESSION_SRC_CHANNEL_CONGESTION_CONTROLLER_H_
#define PEER_SESSION_SRC_CHANNEL_CONGESTION_CONTROLLER_H_

#include <cstdint>
#include <optional>

#include "channel/recent_minimum.h"
#include "channel/train_rate.h"
#include "peer_session/types.h"

namespace peer_session {

// What one acknowledgement says of the newest bytes that it covers.
struct PathSample {
  // On this side's clock: from handing them over to hearing of it.
  Duration round_trip;
  // When they arrived, on the peer's clock, and from this side's clock to that one. Their zeros differ: only differences have a meaning.
  Timestamp arrived_at;
  Duration one_way;
  // That many bytes more have arrived.
  ByteCount arrived;
  // The last message of those.
  ByteCount message;
  // What was under way when they left, themselves included.
  ByteCount under_way;
};

class CongestionController {
 public:
  // At least twice what a peer of this kind receives without a word (session.cc).
  explicit CongestionController(ByteCount initial_window);

  ByteCount Window() const { return window_; }
  // Of each message: a quarter of the window, or what the path takes some milliseconds for. Where it is longer a message waits for
  // itself, and that looks like a queue.
  ByteCount MessageSize() const;

  // Of the path without its queue, once it is known.
  std::optional<Duration> RoundTrip() const {
    return round_trip_.empty() ? std::nullopt : std::optional<Duration>(round_trip_.Get());
  }
  // What the narrowest link bears, in bytes a microsecond; zero: not known.
  double LinkRate() const { return train_rate_.Rate(); }
  // More was to be sent than the window takes: it may grow.
  void HandleLimited() { is_limited_ = true; }
  // Something is handed over after a time in which nothing was under way.
  void HandleIdle(Duration idle);
  void HandleSample(Timestamp now, const PathSample& sample);

 private:
  // Without a round that is under way, all that is measured in it.
  struct Round {
    Timestamp began_at;
    std::int64_t samples = 0;
    Duration least_queue;
    ByteCount arrived;
    // Of the sample with the least queue.
    ByteCount under_way;
  };

  Duration QueueOf(Timestamp now, const PathSample& sample);
  void GrowAtStart(const PathSample& sample);
  void EndRound(Timestamp now);
  void EndRoundOfStart(double rate);
  void Steer(Timestamp now);
  // No more than the hosts is between the peers, at a rate in bytes a microsecond.
  bool IsNear(double rate) const;
  // Of the queue, in microseconds, for a rate in bytes a microsecond.
  double Target(double rate) const;
  // What the path and its queue are to hold, if the narrowest link is known.
  std::optional<ByteCount> Held() const;
  void DoubtThePath(Timestamp now, Duration queue);
  void Resize(ByteCount from, double factor);

  ByteCount initial_;
  ByteCount window_;
  bool is_limited_ = false;

  // Until the path is full for the first time.
  bool is_starting_ = true;
  // Where the start ends without a word of delay: after an idle time, what the path held before.
  std::optional<ByteCount> start_until_;
  TrainRate train_rate_;
  // Bytes in a microsecond, in the last round.
  double last_rate_ = 0;
  bool was_late_ = false;

  // The path's own.
  RecentMinimum round_trip_;
  RecentMinimum one_way_;
  std::optional<Round> round_;
  std::int64_t empty_rounds_ = 0;

  // The window and the queue when the queue became too long; it has not been short since.
  std::optional<ByteCount> window_when_long_;
  Duration queue_when_long_;
  std::int64_t doubts_ = 0;

  // Since then the queue was never seen empty.
  Timestamp empty_at_;
  // What the window goes back to when the queue has been let run empty, and how many rounds that takes yet.
  std::optional<ByteCount> window_before_probe_;
  std::int64_t probe_rounds_ = 0;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_CHANNEL_CONGESTION_CONTROLLER_H_
