// One lane on which this side sends: its channel, and what it has not brought yet.
#ifndef PEER_SESSION_SRC_LANES_OUTGOING_LANE_H_
#define PEER_SESSION_SRC_LANES_OUTGOING_LANE_H_

#include <optional>

#include "action_queue.h"
#include "channel/channel_writer.h"
#include "fifo.h"
#include "peer_session/options.h"
#include "peer_session/types.h"

namespace peer_session {

// A part of a file.
struct Piece {
  TransferKey transfer{};
  ByteCount begin;
  ByteCount end;
};

class OutgoingLane {
 public:
  OutgoingLane(const Options& options, ActionQueue& actions, Lane lane, Timestamp now)
      : writer_(options, actions, lane), heard_at_(now) {}

  ChannelWriter& writer() { return writer_; }
  const ChannelWriter& writer() const { return writer_; }

  void Open(Timestamp now, ByteCount max_message_size);
  // As much of it as there is room for, which is returned: nothing while the word for it has to wait.
  ByteCount Send(Timestamp now, const TransferId& id, Piece piece, ByteCount file_size, ByteCount so_far);
  // So many of its bytes have arrived, at that time of the peer's clock. Returns how many are new.
  ByteCount Acknowledge(Timestamp now, ByteCount total, Timestamp arrived_at);

  bool Carries(TransferKey transfer) const;
  // It takes nothing more, and is of no use when what it carries has arrived.
  void Retire() { is_retired_ = true; }
  bool IsRetired() const { return is_retired_; }
  bool IsEmpty() const { return under_way_.empty(); }
  // In the order in which they were sent; the oldest maybe in part.
  Fifo<Piece> TakePieces();
  // When it is taken for lost: it is not open by then, or brings nothing.
  std::optional<Timestamp> Deadline() const;

 private:
  struct UnderWay {
    Piece piece;
    // In the stream of this lane.
    ByteCount end;
  };

  ChannelWriter writer_;
  Fifo<UnderWay> under_way_;
  bool is_retired_ = false;
  // Since then it owes a sign of life.
  Timestamp heard_at_;
  // Ends where the peer expects the next bytes.
  std::optional<Piece> said_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_LANES_OUTGOING_LANE_H_
