// One pulled file on its way out: how much of it was asked for, has been read, was handed to the channel, and has arrived.
#ifndef PEER_SESSION_SRC_SEND_UPLOAD_H_
#define PEER_SESSION_SRC_SEND_UPLOAD_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "fifo.h"
#include "peer_session/error.h"
#include "peer_session/types.h"
#include "send/upload_states.h"

namespace peer_session {

// What the peer says of why it does not want a file. Valid as long as what it was taken from.
struct PeerWord {
  Reason reason = Reason::kNone;
  std::string_view detail = {};
};

class Upload {
 public:
  Upload(TransferKey key, FileInfo file, bool once = false) : key_(key), file_(std::move(file)), once_(once) {}

  TransferKey key() const { return key_; }
  const FileInfo& file() const { return file_; }
  std::string_view Id() const { return file_.id.value; }
  UploadState state = UploadState::kOffered;

  // The peer asks for it from there on, and at first for no more than `credit`. What was read before is not wanted.
  void Pull(ByteCount offset, std::optional<ByteCount> credit) {
    GoTo(offset, file_.size);
    so_far_ = next_on_first = offset;
    known_from.reset();
    used_lanes = false;
    again_.Clear();
    credit_ = credit;
    read_began_at_.reset();
    is_hashing_ = has_said_hash_ = false;
    begun_ = false;
    ++pulls_;
  }
  // The peer does not want it now, and is to be told where its bytes end.
  bool is_pausing = false;
  // It may be pulled again.
  void Paused() {
    is_pausing = false;
    ++pauses_;
  }
  // Its source gives everything once.
  bool once() const { return once_; }
  bool WasRead() const { return was_read_; }
  // How often, on one channel.
  int pulls() const { return pulls_; }
  // Those that came of no pause.
  int unpaused_pulls() const { return pulls_ - std::min(pauses_, kMostPauses); }
  void ForgetPulls() { pulls_ = pauses_ = 0; }

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
  bool NeedsRead() const { return !IsReading() && !HasFailed() && requested_ < end_; }
  bool IsFirstRead() const { return requested_ == start_; }
  ByteCount NextReadOffset() const { return requested_; }
  ByteCount Unrequested() const { return end_ - requested_; }
  void BeginRead(ByteCount length, Timestamp now) {
    read_from_ = requested_;
    requested_ += length;
    read_began_at_ = now;
    was_read_ = true;
    ++read_number_;
  }
  // Of the last one, in whichever pull.
  std::uint32_t read_number() const { return read_number_; }
  // So much of it, at least a byte, or all of it where that is less. What is missing is asked for next.
  void FinishRead(ByteCount length) {
    read_began_at_.reset();
    requested_ = read_from_ + std::clamp(length, ByteCount(1), requested_ - read_from_);
    block_ends_.Push(requested_);
  }
  std::optional<Timestamp> read_began_at() const { return read_began_at_; }
  // Bytes asked for and not yet handed to the channel: what the caller holds for this file.
  ByteCount Held() const { return requested_ - sent_; }

  // --- Sending. ---
  bool HasBegun() const { return begun_; }
  void Begin() { begun_ = true; }
  // Whether there is something to send: a block, or the fact that there is none; and the signature if it needs one.
  bool IsReady() const { return signing_ == Signing::kDone && (start_ == end_ || !block_ends_.empty()); }
  ByteCount start() const { return start_; }
  ByteCount sent() const { return sent_; }
  // Not handed over, read or not.
  ByteCount Left() const { return file_.size - sent_; }
  bool HasSentNothing() const { return sent_ == start_; }
  // What is left of the block that is being sent; zero while the next one is being read.
  ByteCount Read() const { return block_ends_.empty() ? ByteCount() : block_ends_.front() - sent_; }
  // The same, as far as the peer has room.
  ByteCount Sendable() const { return credit_ ? std::clamp(*credit_ - sent_, ByteCount(), Read()) : Read(); }
  // It never takes back what it has said.
  void GrantUpTo(ByteCount position) {
    if (credit_) credit_ = std::max(*credit_, position);
  }
  void Sent(ByteCount length) {
    sent_ += length;
    so_far_ = std::max(so_far_, sent_);
    furthest_ = std::max(furthest_, sent_);
    if (!block_ends_.empty() && block_ends_.front() == sent_) block_ends_.PopFront();
  }
  // What was to be sent is, and there may be parts to send again.
  bool IsComplete() const { return sent_ == end_; }
  // The furthest that was handed over.
  ByteCount so_far() const { return so_far_; }
  ByteCount LeftToSend() const { return file_.size - so_far_; }

  // --- Hashing, where the hash was not offered and is said behind the bytes. ---
  bool OwesHash() const { return file_.hash.empty() && !has_said_hash_; }
  // Empty: not known yet.
  const std::string& hash() const { return hash_; }
  // It takes as long as a read may, and nothing is read meanwhile.
  bool IsHashing() const { return is_hashing_; }
  void BeginHashing(Timestamp now) {
    read_began_at_ = now;
    is_hashing_ = true;
  }
  void EndHashing(std::string hash) {
    read_began_at_.reset();
    is_hashing_ = false;
    hash_ = std::move(hash);
  }
  void SaidHash() { has_said_hash_ = true; }
  // Nothing beyond has been read, and so its hash is not of all that comes before.
  bool IsReadUpTo(ByteCount offset) const { return offset <= furthest_; }

  // --- On several channels. ---
  // What a lane loses would have to be read once more.
  ByteCount LeftForLanes() const { return once_ ? ByteCount() : LeftToSend(); }
  // Where the peer expects the next bytes of the first channel.
  ByteCount next_on_first;
  // When so many of its bytes have arrived, the peer has heard of this file, and knows what a lane brings.
  std::optional<ByteCount> known_from;
  // Some of it went on a lane.
  bool used_lanes = false;
  // A lane was lost, and what it had not brought goes after the rest.
  void SendAgain(ByteCount from, ByteCount to) {
    // Too many to be kept one by one: all that lies between them goes, too.
    if (again_.size() >= kMostParts) {
      for (; !again_.empty(); again_.PopFront()) {
        from = std::min(from, again_.front().from);
        to = std::max(to, again_.front().to);
      }
    }
    again_.Push(Part{.from = from, .to = to});
  }
  bool HasToSendAgain() const { return !again_.empty(); }
  // Precondition: IsComplete(), and HasToSendAgain().
  void BeginAgain() {
    GoTo(again_.front().from, again_.front().to);
    again_.PopFront();
  }
  // The peer has no room for what comes next, and may have none before it has such a part.
  bool MustSendAgainFirst() const {
    return credit_ && !IsReading() && HasToSendAgain() && again_.front().from < *credit_;
  }
  // Precondition: MustSendAgainFirst(). What comes next is left for later.
  void SendAgainFirst() {
    SendAgain(sent_, end_);
    BeginAgain();
  }

  // --- After sending. ---
  // Where it ends in the channel's stream.
  ByteCount end;
  // Since when the peer is expected to confirm it, or to pull it again.
  Timestamp held_since;
  // Its last byte has left the channel once.
  bool has_left = false;

  // --- Failing: noted at once, acted on when its turn comes, so that the queue keeps its order. ---
  void Fail(Reason reason, UploadEvent event, const PeerWord& word = {}) {
    if (HasFailed()) return;
    failure_ = reason;
    failure_event_ = event;
    peer_reason_ = word.reason;
    peer_detail_ = word.detail;
    read_began_at_.reset();
    is_hashing_ = false;
    EndSigning();
  }
  bool HasFailed() const { return failure_ != Reason::kNone; }
  Reason failure() const { return failure_; }
  UploadEvent failure_event() const { return failure_event_; }
  PeerWord peer_word() const { return {.reason = peer_reason_, .detail = peer_detail_}; }

 private:
  enum class Signing { kDone, kNeeded, kUnderWay };

  struct Part {
    ByteCount from;
    ByteCount to;
  };

  static constexpr std::size_t kMostParts = 1024;
  // On one channel. Each may cost as much reading as is read ahead.
  static constexpr int kMostPauses = 1024;

  void GoTo(ByteCount from, ByteCount to) {
    start_ = requested_ = sent_ = from;
    end_ = to;
    block_ends_.Clear();
  }

  TransferKey key_;
  FileInfo file_;
  // What is being sent: the whole file from where it was asked for, or a part once more.
  ByteCount start_;
  ByteCount end_;
  ByteCount requested_;
  ByteCount sent_;
  std::optional<ByteCount> credit_;
  ByteCount so_far_;
  Fifo<Part> again_;
  int pulls_ = 0;
  int pauses_ = 0;
  // The ends of the blocks that were read and are not wholly sent, in order.
  Fifo<ByteCount> block_ends_;
  std::optional<Timestamp> read_began_at_;
  Signing signing_ = Signing::kDone;
  Timestamp signing_began_at_;
  std::string hash_;
  bool is_hashing_ = false;
  bool has_said_hash_ = false;
  const bool once_;
  bool was_read_ = false;
  // Where the last read began.
  ByteCount read_from_;
  std::uint32_t read_number_ = 0;
  // That was handed over in any pull.
  ByteCount furthest_;
  bool begun_ = false;
  Reason failure_ = Reason::kNone;
  UploadEvent failure_event_ = UploadEvent::kFail;
  Reason peer_reason_ = Reason::kNone;
  std::string peer_detail_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_SEND_UPLOAD_H_
