// The lanes on which this side sends.
#ifndef PEER_SESSION_SRC_LANES_OUTGOING_LANES_H_
#define PEER_SESSION_SRC_LANES_OUTGOING_LANES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "action_queue.h"
#include "fifo.h"
#include "lanes/outgoing_lane.h"
#include "peer_session/options.h"
#include "peer_session/types.h"

namespace peer_session {

class OutgoingLanes {
 public:
  OutgoingLanes(const Options& options, ActionQueue& actions) : options_(options), actions_(actions) {}

  // Of the input that follows.
  void SetTime(Timestamp now);

  // The number that the peer knows it by; nothing when it is none of these.
  static std::optional<std::uint32_t> NumberOf(Lane lane);

  // Opens as many as are missing, or lets go of those that are too many when they have brought what they carry.
  void Keep(Timestamp now, std::size_t count);
  bool IsOpening(std::uint32_t number) const;
  void HandleAnswer(std::uint32_t number, std::string description);
  void HandleOpen(Timestamp now, std::uint32_t number, ByteCount max_message_size);
  void HandleBuffered(std::uint32_t number, ByteCount buffered);
  // So many of its bytes have arrived, at that time of the peer's clock. Returns how many are new.
  ByteCount Acknowledge(Timestamp now, std::uint32_t number, ByteCount total, Timestamp arrived_at);

  // Any that has room; nothing when none has.
  OutgoingLane* WithRoom();
  // More was to be sent.
  void WantRoom();
  // Whether some of that file has not arrived.
  bool Carry(TransferKey transfer, int pull) const;

  // It is gone, here or there. Returns what it has not brought.
  Fifo<Piece> HandleLost(std::uint32_t number);
  // One that is silent for too long, or not open in time; nothing when there is none.
  std::optional<std::uint32_t> Overdue(Timestamp now) const;
  // Closes it, and returns what it has not brought.
  Fifo<Piece> Close(std::uint32_t number);
  // Closes them all; what they carry is forgotten.
  void Close();
  // When the first of them is overdue.
  std::optional<Timestamp> NextDeadline() const;

  // At the end of each input.
  void QueueAwaits();

  // Those that are to stay, and all that are open.
  std::size_t kept() const;
  bool AreOpening() const;
  std::size_t open() const;
  bool empty() const;

 private:
  static Lane LaneOf(std::uint32_t number) { return static_cast<Lane>(number); }
  std::unique_ptr<OutgoingLane>& At(std::uint32_t number) { return lanes_.at(number - 1); }
  void CloseRetired();

  const Options& options_;
  ActionQueue& actions_;
  std::array<std::unique_ptr<OutgoingLane>, kMostLanes> lanes_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_LANES_OUTGOING_LANES_H_
