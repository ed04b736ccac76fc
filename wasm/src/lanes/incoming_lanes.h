// The lanes on which the peer sends: where the bytes of each belong, and what is acknowledged of them.
#ifndef PEER_SESSION_SRC_LANES_INCOMING_LANES_H_
#define PEER_SESSION_SRC_LANES_INCOMING_LANES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "action_queue.h"
#include "channel/arrivals.h"
#include "channel/channel_writer.h"
#include "peer_session/options.h"
#include "peer_session/types.h"
#include "wire/message.h"

namespace peer_session {

class IncomingLanes {
 public:
  IncomingLanes(const Options& options, ActionQueue& actions) : options_(options), actions_(actions) {}

  // Its number with the peer; nothing when it is none of these.
  static std::optional<std::uint32_t> NumberOf(Lane lane);

  // The peer offers it: it is to be answered. One that is there makes room.
  void HandleOffer(std::uint32_t number, std::string description);
  // The peer has none of that number any more.
  void HandleGone(std::uint32_t number);
  bool IsOpening(std::uint32_t number) const;
  void HandleOpen(std::uint32_t number, ByteCount max_message_size);
  void HandleSegment(std::uint32_t number, wire::Segment segment);
  void HandleBuffered(Timestamp now, std::uint32_t number, ByteCount buffered);
  // It failed here. Returns whether the peer still waits for an answer.
  bool HandleLost(std::uint32_t number);

  // Bytes have come: where they belong; nothing when that was not said.
  std::optional<wire::Segment> Receive(Timestamp now, std::uint32_t number, ByteCount size);
  // After that.
  void Acknowledge(std::uint32_t number);

  // The last bytes before a pause are acknowledged, too: the peer waits for it before it takes a file for sent.
  void HandleTimeout(Timestamp now);
  std::optional<Timestamp> NextDeadline() const;

  // Closes them all.
  void Close();
  // At the end of each input.
  void QueueAwaits();
  // Those that are open.
  std::size_t size() const;

 private:
  struct State {
    State(const Options& options, ActionQueue& actions, Lane lane) : writer(options, actions, lane) {}

    // Nothing while the channel has no room for it: that wait ends with the room.
    std::optional<Timestamp> AckDeadline() const {
      return writer.IsOpen() && writer.IsEmpty() ? arrivals.AckDeadline() : std::nullopt;
    }

    // For acknowledgements alone.
    ChannelWriter writer;
    Arrivals arrivals;
    std::optional<wire::Segment> next;
  };

  // A Lane is any number of its type.
  // NOLINTNEXTLINE(clang-analyzer-optin.core.EnumCastOutOfRange)
  static Lane LaneOf(std::uint32_t number) { return static_cast<Lane>(kMostLanes + number); }
  std::unique_ptr<State>& At(std::uint32_t number) { return lanes_.at(number - 1); }

  const Options& options_;
  ActionQueue& actions_;
  std::array<std::unique_ptr<State>, kMostLanes> lanes_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_LANES_INCOMING_LANES_H_
