// The one incoming transfer that runs: from its `meta` to its last byte.
#ifndef PEER_SESSION_SRC_RECEIVE_DOWNLOAD_H_
#define PEER_SESSION_SRC_RECEIVE_DOWNLOAD_H_

#include <algorithm>
#include <utility>

#include "peer_session/options.h"
#include "peer_session/types.h"
#include "receive/coverage.h"

namespace peer_session {

class Download {
 public:
  // `offset`: where its bytes begin; what comes before is here already.
  Download(TransferKey key, FileInfo file, ByteCount offset, bool is_again, Timestamp now)
      : key_(key),
        file_(std::move(file)),
        offset_(offset),
        next_(offset),
        coverage_(offset),
        is_again_(is_again),
        began_at_(now),
        last_byte_at_(now) {}

  TransferKey key() const { return key_; }
  const FileInfo& file() const { return file_; }
  FileInfo TakeFile() { return std::move(file_); }

  // Of the whole file, what was here before included.
  ByteCount received() const { return coverage_.total(); }
  // Of that, what lies before its first gap.
  ByteCount front() const { return coverage_.front(); }
  bool IsTooScattered() const { return coverage_.IsTooScattered(); }
  // Where the bytes begin that come next on the first channel.
  ByteCount next() const { return next_; }
  void GoOnAt(ByteCount position) { next_ = position; }
  ByteCount offset() const { return offset_; }
  // What came first was not what its hash says.
  bool is_again() const { return is_again_; }
  bool Exceeds(ByteCount offset, ByteCount size) const { return offset > file_.size || size > file_.size - offset; }
  // Whether any of them are new.
  bool Receive(ByteCount offset, ByteCount size, Timestamp now) {
    if (coverage_.Add(offset, offset + size) == ByteCount()) return false;
    last_byte_at_ = now;
    return true;
  }

  void Allow() { allowed_ = true; }
  bool IsAllowed() const { return allowed_; }
  bool IsWhole() const { return allowed_ && received() == file_.size; }

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
  ByteCount next_;
  Coverage coverage_;
  bool is_again_;
  bool allowed_ = false;
  Timestamp began_at_;
  Timestamp last_byte_at_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_DOWNLOAD_H_
