// The lanes of a session, in both directions: what is said of them and on them, and how many there are. docs/protocol.md, "Lanes".
#ifndef PEER_SESSION_SRC_LANES_LANES_H_
#define PEER_SESSION_SRC_LANES_LANES_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "action_queue.h"
#include "channel/channel_writer.h"
#include "lanes/incoming_lanes.h"
#include "lanes/lane_plan.h"
#include "lanes/outgoing_lanes.h"
#include "peer.h"
#include "peer_session/options.h"
#include "peer_session/types.h"
#include "receive/receiver.h"
#include "send/sender.h"
#include "wire/message.h"

namespace peer_session {

class Lanes {
 public:
  // `first`: the session's first channel, over which lanes are arranged.
  Lanes(const Options& options, ActionQueue& actions, ChannelWriter& first, OutgoingLanes& outgoing, Sender& sender,
        Receiver& receiver, const Peer& peer);

  // Of the input that follows.
  void SetTime(Timestamp now) { outgoing_.SetTime(now); }

  // The peer understands them, and both sides want them.
  bool AreUsed() const;

  void HandleSignal(Timestamp now, wire::LaneSignal signal);
  // More of what this side has sent has arrived.
  void HandleArrived(Timestamp now, ByteCount arrived);

  void HandleDescribed(Timestamp now, Lane lane, const std::string& description);
  void HandleOpen(Timestamp now, Lane lane, ByteCount max_message_size);
  void HandleLost(Timestamp now, Lane lane);
  // Returns whether it means anything on a lane.
  bool HandleText(Timestamp now, Lane lane, std::string_view text);
  void HandleBinary(Timestamp now, Lane lane, ByteCount size);
  void HandleBuffered(Timestamp now, Lane lane, ByteCount buffered);
  void HandleTimeout(Timestamp now);
  std::optional<Timestamp> NextDeadline() const;

  // The first channel is lost, or over: they go with it.
  void Close();
  // At the end of each input.
  void QueueAwaits();
  // Those that are open.
  std::size_t size() const { return outgoing_.open() + incoming_.size(); }

 private:
  void GiveUp(Timestamp now, Lane lane);
  void Lose(Timestamp now, std::uint32_t number, bool is_closed_here);
  void Say(std::string text);

  const Options& options_;
  ChannelWriter& first_;
  OutgoingLanes& outgoing_;
  IncomingLanes incoming_;
  Sender& sender_;
  Receiver& receiver_;
  const Peer& peer_;
  const std::size_t most_;
  LanePlan plan_;
  // Something arrived on one of this side's, or they were opened.
  Timestamp used_at_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_LANES_LANES_H_
