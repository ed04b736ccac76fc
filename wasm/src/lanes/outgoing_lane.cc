#include "lanes/outgoing_lane.h"

#include <algorithm>

#include "wire/write.h"

namespace peer_session {
namespace {

// Gathering, a word each way, and the handshakes; SCTP may need some seconds for a word where much is lost.
constexpr Duration kLongestOpening = Duration::Seconds(20);

// What is under way on a lane this long is sent on another: after a loss SCTP waits for a second, or two in a row.
constexpr Duration kLongestSilence = Duration::Seconds(5);

}  // namespace

void OutgoingLane::Open(Timestamp now, ByteCount max_message_size) {
  writer_.SetTime(now);
  writer_.Open(max_message_size);
  // A peer that answers for a lane acknowledges on it.
  writer_.ExpectAcknowledgements();
  heard_at_ = now;
}

ByteCount OutgoingLane::Send(Timestamp now, const TransferId& id, Piece piece, ByteCount file_size, ByteCount so_far) {
  const bool goes_on = said_ && said_->transfer == piece.transfer && said_->end == piece.begin;
  if (!goes_on && writer_.SendText(wire::WriteSegment(id, piece.begin)) == ChannelWriter::TextResult::kTooLong) {
    // Its connection takes less than the first one: without that word nobody knows where the bytes belong.
    Retire();
    return {};
  }
  const ByteCount length = std::min(piece.end - piece.begin, writer_.Window());
  piece.end = piece.begin + length;
  said_ = piece;
  if (length == ByteCount()) return length;
  if (under_way_.empty()) heard_at_ = now;
  writer_.SendBytes(piece.transfer, piece.begin, length, file_size, std::max(so_far, piece.end));
  under_way_.Push(UnderWay{.piece = piece, .end = writer_.FileBytes()});
  return length;
}

ByteCount OutgoingLane::Acknowledge(Timestamp now, ByteCount total, Timestamp arrived_at) {
  const ByteCount before = writer_.FileBytesArrived();
  if (!writer_.Acknowledge(total, arrived_at)) return {};
  heard_at_ = now;
  while (!under_way_.empty() && under_way_.front().end <= total) under_way_.PopFront();
  return total - before;
}

bool OutgoingLane::Carries(TransferKey transfer, int pull) const {
  for (const UnderWay& one : under_way_) {
    if (one.piece.transfer == transfer && one.piece.pull == pull) return true;
  }
  return false;
}

Fifo<Piece> OutgoingLane::TakePieces() {
  Fifo<Piece> pieces;
  const ByteCount arrived = writer_.FileBytesArrived();
  for (; !under_way_.empty(); under_way_.PopFront()) {
    const UnderWay& one = under_way_.front();
    const ByteCount left = std::min(one.end - arrived, one.piece.end - one.piece.begin);
    Piece piece = one.piece;
    piece.begin = piece.end - left;
    pieces.Push(Piece(piece));
  }
  return pieces;
}

std::optional<Timestamp> OutgoingLane::Deadline() const {
  if (!writer_.IsOpen()) return heard_at_ + kLongestOpening;
  if (under_way_.empty()) return std::nullopt;
  return heard_at_ + kLongestSilence;
}

}  // namespace peer_session
