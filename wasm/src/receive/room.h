// What a sink has room for: how much of its file it has taken, and what of that the peer was told. docs/protocol.md, "Credit".
#ifndef PEER_SESSION_SRC_RECEIVE_ROOM_H_
#define PEER_SESSION_SRC_RECEIVE_ROOM_H_

#include <algorithm>
#include <cstdint>
#include <limits>

#include "peer_session/types.h"

namespace peer_session {

// What a peer is told that is told nothing: no position is beyond it.
inline constexpr ByteCount kNoCredit(std::numeric_limits<std::int64_t>::max());

class Room {
 public:
  // There is no sink: it goes into memory.
  Room() = default;
  // So much may be here and not taken, at least a byte.
  explicit Room(ByteCount size) : size_(size) {}

  bool IsOfASink() const { return size_ > ByteCount(); }

  // Of the file, from its beginning.
  ByteCount stored() const { return stored_; }
  // So much of it, at least a byte, its sink has from an earlier pull. Such a sink can also begin anew.
  void GoOnAt(ByteCount have) { stored_ = before_ = have; }
  bool GoesOn() const { return before_ > ByteCount(); }
  Room Anew() const { return Room(size_); }
  // Whether that is more than before. What is not here can not have been taken.
  bool Take(ByteCount total, ByteCount here) {
    if (total <= stored_ || total > here) return false;
    stored_ = total;
    return true;
  }

  // Said with each request to a peer that keeps to it; then, to that peer, what NewCredit() returns.
  ByteCount said() const { return said_; }
  void Begin(ByteCount file_size) { said_ = UpTo(file_size); }
  // What is to be said now: a quarter of the room more at least, or 64 KiB, or all that was left; kNoCredit: nothing. A sender waits for
  // it no longer than for a byte that does not come (`Timeouts::stall`): so a sink may be as slow as 2 KiB/s.
  ByteCount NewCredit(ByteCount file_size) const {
    const ByteCount up_to = UpTo(file_size);
    const ByteCount quarter((size_.value() + 3) / 4);
    const ByteCount least = up_to == file_size ? ByteCount(1) : std::min(quarter, ByteCount::KiB(64));
    return up_to - said_ >= least ? up_to : kNoCredit;
  }
  void Said(ByteCount up_to) { said_ = up_to; }

 private:
  ByteCount UpTo(ByteCount file_size) const { return std::min(file_size, stored_ + size_); }

  ByteCount size_;
  ByteCount stored_;
  ByteCount before_;
  ByteCount said_ = kNoCredit;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_ROOM_H_
