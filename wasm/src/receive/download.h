// The one incoming transfer that runs: from its `meta` to its last byte.
#ifndef PEER_SESSION_SRC_RECEIVE_DOWNLOAD_H_
#define PEER_SESSION_SRC_RECEIVE_DOWNLOAD_H_

#include <algorithm>
#include <utility>

#include "peer_session/options.h"
#include "peer_session/types.h"

namespace peer_session {

class Download {
 public:
  // `offset`: where its bytes begin; what comes before is here already.
  Download(TransferKey key, FileInfo file, ByteCount offset, bool is_again, Timestamp now)
      : key_(key),
        file_(std::move(file)),
        offset_(offset),
        received_(offset),
        is_again_(is_again),
        began_at_(now),
        last_byte_at_(now) {}

  TransferKey key() const { return key_; }
  const FileInfo& file() const { return file_; }
  FileInfo TakeFile() { return std::move(file_); }

  // Of the whole file, what was here before included.
  ByteCount received() const { return received_; }
  ByteCount offset() const { return offset_; }
  // What came first was not what its hash says.
  bool is_again() const { return is_again_; }
  bool Exceeds(ByteCount size) const { return size > file_.size - received_; }
  void Receive(ByteCount size, Timestamp now) {
    received_ += size;
    last_byte_at_ = now;
  }

  void Allow() { allowed_ = true; }
  bool IsAllowed() const { return allowed_; }
  bool IsWhole() const { return allowed_ && received_ == file_.size; }

  // `for_text`: what came between may have taken so long.
  Timestamp StallsAt(const Timeouts& timeouts, Duration for_text) const {
    return last_byte_at_ + timeouts.stall + for_text;
  }
  Timestamp MustEndBy(const Timeouts& timeouts) const { return began_at_ + timeouts.transfer; }
  Timestamp NextDeadline(const Timeouts& timeouts, Duration for_text) const {
    return std::min(StallsAt(timeouts, for_text), MustEndBy(timeouts));
  }

 private:
  TransferKey key_;
  FileInfo file_;
  ByteCount offset_;
  ByteCount received_;
  bool is_again_;
  bool allowed_ = false;
  Timestamp began_at_;
  Timestamp last_byte_at_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_DOWNLOAD_H_
