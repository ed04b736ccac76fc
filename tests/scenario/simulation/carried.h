// What each channel of a sender has been given, and what it may not have brought.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_CARRIED_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_CARRIED_H_

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>

#include "peer_session/types.h"

namespace peer_session::simulation {

class Carried {
 public:
  // Of a file.
  struct Piece {
    TransferKey transfer;
    // Which of its metas.
    int begun = 0;
    std::int64_t begin = 0;
    std::int64_t end = 0;
  };

  void Sent(Lane lane, Piece piece) {
    Channel& channel = channels_[lane];
    channel.handed += piece.end - piece.begin;
    // Of the first one nothing is lost but all.
    if (lane != Lane::kFirst) channel.under_way.push_back(piece);
  }
  // What takes nothing further, or was not sent, says nothing.
  void Acknowledged(Lane lane, std::int64_t total) {
    Channel& channel = channels_[lane];
    if (total <= channel.arrived || total > channel.handed) return;
    std::int64_t more = total - std::exchange(channel.arrived, total);
    while (more > 0 && !channel.under_way.empty()) {
      Piece& oldest = channel.under_way.front();
      const std::int64_t part = std::min(more, oldest.end - oldest.begin);
      more -= part;
      oldest.begin += part;
      if (oldest.begin == oldest.end) channel.under_way.pop_front();
    }
  }
  // It is gone. Returns what it has not brought.
  std::deque<Piece> Lost(Lane lane) {
    std::deque<Piece> pieces = std::move(channels_[lane].under_way);
    channels_.erase(lane);
    return pieces;
  }
  void LostAll() { channels_.clear(); }

  // On a lane.
  bool Carries(TransferKey transfer, int begun) const {
    return std::any_of(channels_.begin(), channels_.end(), [transfer, begun](const auto& item) {
      const std::deque<Piece>& pieces = item.second.under_way;
      return std::any_of(pieces.begin(), pieces.end(),
                         [&](const Piece& piece) { return piece.transfer == transfer && piece.begun == begun; });
    });
  }
  bool Carries(Lane lane) const {
    const auto channel = channels_.find(lane);
    return channel != channels_.end() && !channel->second.under_way.empty();
  }
  bool CarriesAnything() const {
    return std::any_of(channels_.begin(), channels_.end(),
                       [](const auto& item) { return !item.second.under_way.empty(); });
  }
  // File bytes of that channel.
  std::int64_t handed(Lane lane) const { return Find(lane).handed; }
  std::int64_t arrived(Lane lane) const { return Find(lane).arrived; }

 private:
  struct Channel {
    std::int64_t handed = 0;
    std::int64_t arrived = 0;
    std::deque<Piece> under_way = {};
  };

  Channel Find(Lane lane) const {
    const auto channel = channels_.find(lane);
    return channel == channels_.end() ? Channel() : channel->second;
  }

  std::map<Lane, Channel> channels_;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_CARRIED_H_
