// What all channels of a page share: bytes leave at its rate, the channels taking turns, and each message arrives whole, the
// latency later.
#ifndef PEER_SESSION_TESTS_SCENARIO_MESH_UPLINK_H_
#define PEER_SESSION_TESTS_SCENARIO_MESH_UPLINK_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "scenario/mesh/agenda.h"
#include "scenario/simulation/pipe.h"

namespace peer_session::mesh {

// One way of one channel.
struct Channel {
  simulation::Pipe pipe;
  // Nothing leaves or arrives any more.
  bool is_dead = false;
  std::function<void(const simulation::Message&)> arrive;
  // The amount has come down to the threshold.
  std::function<void()> low;
};

class Uplink {
 public:
  Uplink(Agenda& agenda, std::int64_t bytes_per_second, Duration latency)
      : agenda_(agenda), rate_(bytes_per_second), latency_(latency) {}

  void Add(std::shared_ptr<Channel> channel) { channels_.push_back(std::move(channel)); }
  // Something was handed to a channel.
  void Kick() {
    if (!is_busy_) SendNext();
  }
  void PauseUntil(Timestamp until) { paused_until_ = std::max(paused_until_, until); }
  // File bytes that have left.
  std::int64_t sent() const { return sent_; }

 private:
  static constexpr std::int64_t kTurn = 16 * 1024;

  void SendNext() {
    is_busy_ = false;
    std::erase_if(channels_, [](const auto& channel) { return channel->is_dead; });
    for (std::size_t i = 0; i < channels_.size(); ++i) {
      next_ = (next_ + 1) % channels_.size();
      if (channels_[next_]->pipe.HasUnsent()) return Send(channels_[next_]);
    }
  }
  void Send(const std::shared_ptr<Channel>& channel) {
    is_busy_ = true;
    const std::int64_t bytes = std::min(kTurn, channel->pipe.RestOfFront());
    const Timestamp from = std::max(agenda_.now(), paused_until_);
    agenda_.At(from + Duration::Micros(bytes * 1'000'000 / rate_ + 1), [this, channel, bytes] {
      if (!channel->is_dead) Sent(channel, bytes);
      SendNext();
    });
  }
  void Sent(const std::shared_ptr<Channel>& channel, std::int64_t bytes) {
    if (channel->pipe.FrontIsBinary()) sent_ += bytes;
    const bool is_low = channel->pipe.Drain(bytes);
    while (channel->pipe.HasInFlight()) {
      agenda_.In(latency_, [channel, message = *channel->pipe.Arrive()] {
        if (!channel->is_dead) channel->arrive(message);
      });
    }
    if (is_low) channel->low();
  }

  Agenda& agenda_;
  std::int64_t rate_;
  Duration latency_;
  std::vector<std::shared_ptr<Channel>> channels_;
  std::size_t next_ = 0;
  bool is_busy_ = false;
  Timestamp paused_until_;
  std::int64_t sent_ = 0;
};

}  // namespace peer_session::mesh

#endif  // PEER_SESSION_TESTS_SCENARIO_MESH_UPLINK_H_
