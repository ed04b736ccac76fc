// Paths in virtual time, packet by packet: a link with a queue before it, and the flows that share it.
#ifndef PEER_SESSION_TESTS_SUPPORT_CONGESTION_PACKET_PATH_H_
#define PEER_SESSION_TESTS_SUPPORT_CONGESTION_PACKET_PATH_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <utility>

#include "channel/flight.h"
#include "peer_session/types.h"

namespace peer_session::testing {

struct PathOptions {
  double megabits = 20;
  std::int64_t round_trip_ms = 50;
  // What the queue before the narrowest link holds; what comes beyond is lost.
  std::int64_t queue_ms = 100;
  // Each message is late by up to so much, and none overtakes another.
  std::int64_t jitter_ms = 0;
  // The way back is longer, and the clocks there run apart.
  std::int64_t clock_offset_ms = 123'456;
  double clock_drift_ppm = 0;
  // The peer's page hears of what has arrived only so often.
  std::int64_t turn_ms = 0;
  // The peer tells no time, and hears no more than what was asked.
  bool echoes = false;
  // Of the channel, in a round trip, until something is lost.
  double growth = 1.5;
};

// Everything happens in the order of its time, which is in microseconds.
class World {
 public:
  std::int64_t now() const { return now_; }
  void At(std::int64_t when, std::function<void()> what);
  void RunUntil(std::int64_t until);

 private:
  std::int64_t now_ = 0;
  std::int64_t count_ = 0;
  std::map<std::pair<std::int64_t, std::int64_t>, std::function<void()>> events_;
};

// One link that many may share.
class Link {
 public:
  explicit Link(const PathOptions& options)
      : queue_us_(static_cast<double>(options.queue_ms) * 1000), bytes_per_us_(options.megabits / 8) {}

  // When the last bit has left it; the queue is what lies before it.
  std::int64_t Carry(std::int64_t now, std::int64_t bytes);
  std::int64_t overflows() const { return overflows_; }
  double mean_ms() const { return busy_ > 0 ? waited_ / busy_ / 1000 : 0; }
  void SetMegabits(double megabits) { bytes_per_us_ = megabits / 8; }
  void Forget();

 private:
  double queue_us_;
  double bytes_per_us_;
  double free_at_ = 0;
  std::int64_t overflows_ = 0;
  double waited_ = 0;
  double busy_ = 0;
};

// A sender that always has more, over a channel that begins with a few packets in flight and sends one and a half times as
// many in each round trip, to a peer that acknowledges each message.
class Flow {
 public:
  Flow(World& world, const PathOptions& options, Link& link);

  void Send();
  void Pause() { is_paused_ = true; }
  // A message now and then, and never as much as may be under way.
  void SendOne();
  void SetRoundTrip(std::int64_t milliseconds) { options_.round_trip_ms = milliseconds; }
  // Acknowledgements take so much longer to come back, as over a link that is busy that way.
  void SetWayBack(std::int64_t more_ms) { more_ms_back_ = more_ms; }
  void SetPeersClock(std::int64_t step_ms) { options_.clock_offset_ms += step_ms; }
  void SuspendPeerUntil(std::int64_t then) { suspended_until_ = then; }
  std::int64_t arrived() const { return arrived_; }

 private:
  static constexpr std::int64_t kPacket = 1200;

  void Fill();
  void HandOver(std::int64_t size);
  void SendPackets();
  std::int64_t Random();

  World& world_;
  PathOptions options_;
  Link& link_;
  Flight flight_;
  std::deque<std::int64_t> ends_;
  std::deque<std::int64_t> handed_at_;
  std::int64_t handed_ = 0;
  std::int64_t sent_ = 0;
  std::int64_t outstanding_ = 0;
  std::int64_t sctp_window_ = 10 * kPacket;
  std::int64_t last_there_ = 0;
  std::int64_t suspended_until_ = 0;
  std::int64_t more_ms_back_ = 0;
  bool is_paused_ = false;
  std::int64_t arrived_ = 0;
  std::uint64_t seed_ = 1;
};

// Sends ever more until something is lost, and half as much then, as TCP does.
class GreedyFlow {
 public:
  GreedyFlow(World& world, const PathOptions& options, Link& link) : world_(world), options_(options), link_(link) {}

  void Send();

 private:
  World& world_;
  PathOptions options_;
  Link& link_;
  // In packets.
  double window_ = 10;
  std::int64_t under_way_ = 0;
  std::int64_t deaf_until_ = 0;
};

}  // namespace peer_session::testing

#endif  // PEER_SESSION_TESTS_SUPPORT_CONGESTION_PACKET_PATH_H_
