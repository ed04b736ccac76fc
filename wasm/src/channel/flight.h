// The file bytes that are under way on one channel, and what the peer's acknowledgements say of them.
#ifndef PEER_SESSION_SRC_CHANNEL_FLIGHT_H_
#define PEER_SESSION_SRC_CHANNEL_FLIGHT_H_

#include <cstdint>
#include <optional>

#include "channel/congestion_controller.h"
#include "fifo.h"
#include "peer_session/types.h"

namespace peer_session {

class Flight {
 public:
  // `initial_window`: of the congestion controller.
  explicit Flight(ByteCount initial_window) : controller_(initial_window) {}

  // The peer acknowledges what arrives. Until it says so everything is taken to arrive at once.
  void ExpectAcknowledgements() { is_tracked_ = is_bounded_ = true; }
  // It may do so: what is under way is known, and bounds nothing.
  void Track() { is_tracked_ = true; }
  void StopBounding() { is_bounded_ = false; }
  bool IsAcknowledged() const { return is_bounded_; }
  // How much more may be under way.
  ByteCount Room() const;
  // More was to be sent than that.
  void HandleLimited() { controller_.HandleLimited(); }
  ByteCount MessageSize() const { return controller_.MessageSize(); }
  ByteCount handed() const { return handed_; }
  ByteCount arrived() const { return arrived_; }
  std::optional<Duration> RoundTrip() const { return controller_.RoundTrip(); }
  double LinkRate() const { return controller_.LinkRate(); }
  // In messages of that size, the last one maybe smaller.
  void HandOver(Timestamp now, ByteCount size, ByteCount message);
  // So many bytes have arrived on this channel, the last of them at that time of the peer's clock. What takes nothing further, or
  // was not sent, is passed over; returns whether it was not. A peer that tells no time is taken to have heard of them now, and was
  // asked at `asked_at`, behind them.
  bool Acknowledge(Timestamp now, ByteCount total, Timestamp arrived_at,
                   std::optional<Timestamp> asked_at = std::nullopt);

 private:
  struct Sent {
    ByteCount end;
    Timestamp at;
    ByteCount message;
    ByteCount under_way;
  };

  CongestionController controller_;
  bool is_tracked_ = false;
  bool is_bounded_ = false;
  Fifo<Sent> sent_;
  ByteCount handed_;
  ByteCount arrived_;
  // Something was handed over, or heard to have arrived.
  Timestamp active_at_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_CHANNEL_FLIGHT_H_
