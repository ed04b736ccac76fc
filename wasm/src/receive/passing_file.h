// The bytes of a file of the peer's queue that nobody here wants any more: they are dropped, and show that the queue moves.
#ifndef PEER_SESSION_SRC_RECEIVE_PASSING_FILE_H_
#define PEER_SESSION_SRC_RECEIVE_PASSING_FILE_H_

#include <utility>

#include "peer_session/types.h"

namespace peer_session {

class PassingFile {
 public:
  // No more than what is left of the file, and no longer than a file may take: a peer that goes on beyond either keeps nobody
  // waiting by it. `may_pause`: the peer has not used up the pause that a running file may make.
  PassingFile(TransferId id, ByteCount left, Timestamp until, bool may_pause)
      : id_(std::move(id)), left_(left), until_(until), may_pause_(may_pause) {}

  const TransferId& id() const { return id_; }

  // Whether bytes that come now are the file's.
  bool Takes(ByteCount size, Timestamp now) {
    if (size > left_ || now >= until_) return false;
    left_ -= size;
    may_pause_ = true;
    return true;
  }
  bool MayPause() const { return may_pause_ && left_ > ByteCount(); }

 private:
  TransferId id_;
  ByteCount left_;
  Timestamp until_;
  bool may_pause_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_PASSING_FILE_H_
