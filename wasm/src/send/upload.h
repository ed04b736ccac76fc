// One pulled file on its way out: how much of it was asked for, has been read, and was handed to the channel.
#ifndef PEER_SESSION_SRC_SEND_UPLOAD_H_
#define PEER_SESSION_SRC_SEND_UPLOAD_H_

#include <optional>
#include <string>
#include <utility>

#include "fifo.h"
#include "peer_session/error.h"
#include "peer_session/types.h"

namespace peer_session {

class Upload {
 public:
  Upload(TransferKey key, FileInfo file) : key_(key), file_(std::move(file)) {}

  TransferKey key() const { return key_; }
  const FileInfo& file() const { return file_; }

  // --- Signing, before `meta` can be written. ---
  void NeedSignature() { signing_ = Signing::kNeeded; }
  bool NeedsSignature() const { return signing_ == Signing::kNeeded; }
  bool IsSigning() const { return signing_ == Signing::kUnderWay; }
  void BeginSigning(Timestamp now) {
    signing_ = Signing::kUnderWay;
    signing_began_at_ = now;
  }
  void EndSigning() { signing_ = Signing::kDone; }
  void Sign(std::string signature, std::string public_key) {
    file_.signature = std::move(signature);
    file_.public_key = std::move(public_key);
    EndSigning();
  }
  void RemoveSignature() {
    file_.signature.reset();
    file_.public_key.reset();
  }
  std::optional<Timestamp> signing_began_at() const {
    return IsSigning() ? std::optional<Timestamp>(signing_began_at_) : std::nullopt;
  }

  // --- Reading: one block after the other, at most one read under way. ---
  bool IsReading() const { return read_began_at_.has_value(); }
  bool NeedsRead() const { return !IsReading() && !HasFailed() && requested_ < file_.size; }
  ByteCount NextReadOffset() const { return requested_; }
  ByteCount Unrequested() const { return file_.size - requested_; }
  void BeginRead(ByteCount length, Timestamp now) {
    requested_ += length;
    read_began_at_ = now;
  }
  void FinishRead() {
    read_began_at_.reset();
    block_ends_.Push(requested_);
  }
  std::optional<Timestamp> read_began_at() const { return read_began_at_; }
  // Bytes asked for and not yet handed to the channel: what the caller holds for this file.
  ByteCount Held() const { return requested_ - sent_; }

  // --- Sending. ---
  bool HasBegun() const { return begun_; }
  void Begin() { begun_ = true; }
  // Whether there is something to send: a block, or the fact that there is none; and the signature if it needs one.
  bool IsReady() const { return signing_ == Signing::kDone && (file_.size == ByteCount() || !block_ends_.empty()); }
  ByteCount sent() const { return sent_; }
  // What is left of the block that is being sent; zero while the next one is being read.
  ByteCount Sendable() const { return block_ends_.empty() ? ByteCount() : block_ends_.front() - sent_; }
  void Sent(ByteCount length) {
    sent_ += length;
    if (!block_ends_.empty() && block_ends_.front() == sent_) block_ends_.PopFront();
  }
  bool IsComplete() const { return sent_ == file_.size; }

  // --- Failing: noted at once, acted on when its turn comes, so that the queue keeps its order. ---
  void Fail(Reason reason) {
    failure_ = reason;
    read_began_at_.reset();
    EndSigning();
  }
  bool HasFailed() const { return failure_ != Reason::kNone; }
  Reason failure() const { return failure_; }

 private:
  enum class Signing { kDone, kNeeded, kUnderWay };

  TransferKey key_;
  FileInfo file_;
  ByteCount requested_;
  ByteCount sent_;
  // The ends of the blocks that were read and are not wholly sent, in order.
  Fifo<ByteCount> block_ends_;
  std::optional<Timestamp> read_began_at_;
  Signing signing_ = Signing::kDone;
  Timestamp signing_began_at_;
  bool begun_ = false;
  Reason failure_ = Reason::kNone;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_SEND_UPLOAD_H_
