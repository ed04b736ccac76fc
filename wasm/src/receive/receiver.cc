#include "receive/receiver.h"

#include <algorithm>
#include <utility>

#include "mutant.h"
#include "wire/write.h"

namespace peer_session {
namespace {

bool HasClaim(const FileInfo& file) { return file.original_sender_id && file.signature && file.public_key; }

}  // namespace

bool Receiver::Pull(Timestamp now, TransferKey key, TransferId id) {
  if (pulls_.Contains(id)) return false;
  Reason refusal = Reason::kNone;
  if (!writer_.IsOpen()) {
    refusal = Reason::kNotOpen;
  } else if (pulls_.size() >= options_.limits.max_pulls) {
    refusal = Reason::kTooManyPulls;
  } else {
    switch (writer_.SendText(wire::WritePullRequest(id))) {
      case ChannelWriter::TextResult::kAccepted:
        break;
      case ChannelWriter::TextResult::kTooLong:
        refusal = Reason::kMessageTooLong;
        break;
      case ChannelWriter::TextResult::kFull:
        refusal = Reason::kChannelFull;
        break;
    }
  }
  if (refusal != Reason::kNone) {
    actions_.Push(Failed{key, refusal});
  } else {
    pulls_.Add(WaitingPull{.key = key, .id = std::move(id), .asked_at = now});
  }
  return true;
}

bool Receiver::HandleMeta(Timestamp now, FileInfo file) {
  if (PEER_SESSION_MUTANT("interrupted-forgotten")) running_.reset();
  FailRunning(Reason::kInterrupted);
  std::optional<TransferKey> key = pulls_.Begin(file.id);
  if (PEER_SESSION_MUTANT("unrequested-meta-accepted") && !key) key = TransferKey{};
  if (!key) return false;
  last_progress_ = now;
  running_.emplace(*key, std::move(file), now);
  if (running_->file().size > options_.limits.max_file_size && !PEER_SESSION_MUTANT("size-limit-ignored")) {
    FailRunning(Reason::kTooLarge);
  } else {
    actions_.Push(Authorize{*key});
  }
  return true;
}

bool Receiver::HandleInvalidMeta(const std::optional<TransferId>& id) {
  FailRunning(Reason::kInterrupted);
  if (!id) return false;
  const std::optional<WaitingPull> pull = pulls_.TakeWaiting(*id);
  if (!pull) return false;
  actions_.Push(Failed{pull->key, Reason::kInvalidMetadata});
  return true;
}

void Receiver::HandleAbort(const TransferId& id) {
  if (running_ && running_->file().id == id) {
    FailRunning(Reason::kAbortedByPeer);
    return;
  }
  if (const std::optional<WaitingPull> pull = pulls_.TakeWaiting(id)) {
    actions_.Push(Failed{pull->key, Reason::kAbortedByPeer});
  }
}

void Receiver::HandleBinary(Timestamp now, ByteCount size) {
  // An empty message brings nothing on, so it must neither be kept nor count as a sign of life.
  if (!running_ || (size <= ByteCount() && !PEER_SESSION_MUTANT("empty-message-counts"))) {
    Drop(size);
    return;
  }
  if (running_->Exceeds(size)) {
    Drop(size);
    FailRunning(Reason::kTooManyBytes);
    return;
  }
  actions_.Push(StoreChunk{
      .transfer = running_->key(), .offset = running_->received(), .length = size, .file_size = running_->file().size});
  running_->Receive(size, now);
  last_progress_ = now;
  if (running_->IsWhole()) FinishRunning(now);
}

void Receiver::HandleAuthorization(Timestamp now, TransferKey key, bool allowed) {
  if (!running_ || running_->key() != key || running_->IsAllowed()) return;
  if (!allowed && !PEER_SESSION_MUTANT("refusal-ignored")) {
    FailRunning(Reason::kRefused);
    return;
  }
  running_->Allow();
  if (running_->IsWhole()) FinishRunning(now);
}

void Receiver::HandleDigest(TransferKey key, std::string_view hash) {
  Unverified* item = unverified_.FindHashing(key);
  if (item == nullptr) return;
  if (item->file.hash == hash || PEER_SESSION_MUTANT("digest-ignored")) {
    item->state = item->claim_open ? Unverified::State::kChecking : Unverified::State::kVerified;
  } else {
    item->state = Unverified::State::kFailed;
    item->failure = Reason::kHashMismatch;
  }
  SettleDecided();
}

void Receiver::HandleDigestFailed(TransferKey key) {
  Unverified* item = unverified_.FindHashing(key);
  if (item == nullptr) return;
  item->state = Unverified::State::kFailed;
  item->failure = Reason::kHashFailed;
  SettleDecided();
}

void Receiver::HandleClaim(TransferKey key, bool holds) {
  Unverified* item = unverified_.FindClaim(key);
  if (item == nullptr) return;
  item->EndClaim(holds || PEER_SESSION_MUTANT("claim-ignored"));
  SettleDecided();
}

void Receiver::HandleStoreFailed(TransferKey key) {
  if (running_ && running_->key() == key) {
    FailRunning(Reason::kOutOfMemory);
    return;
  }
  // The chunk that could not be kept was the last one: its file is already in the queue.
  if (Unverified* item = unverified_.FindHashing(key)) {
    item->state = Unverified::State::kFailed;
    item->failure = Reason::kOutOfMemory;
    SettleDecided();
  }
}

void Receiver::HandleTimeout(Timestamp now) {
  if (running_) {
    if (now >= running_->StallsAt(options_.timeouts)) {
      FailRunning(Reason::kStalled);
    } else if (now >= running_->MustEndBy(options_.timeouts)) {
      FailRunning(Reason::kTooSlow);
    }
  }
  unverified_.EndOverdue(now, options_.timeouts.verify);
  SettleDecided();
  for (std::optional<Timestamp> due = NextPullDeadline(); due && now >= *due; due = NextPullDeadline()) {
    if (const std::optional<WaitingPull> pull = pulls_.TakeOldestWaiting()) {
      actions_.Push(Failed{pull->key, Reason::kPullTimeout});
    }
  }
}

void Receiver::Close(Reason reason) {
  FailRunning(reason);
  while (std::optional<Unverified> item = unverified_.TakeFront()) {
    // Verified but behind one that is not: it is whole, yet the session that would deliver it is over.
    Fail(item->key, item->file.id, reason);
  }
  if (PEER_SESSION_MUTANT("waiting-pulls-forgotten-on-close")) return;
  while (const std::optional<WaitingPull> pull = pulls_.TakeOldestWaiting()) actions_.Push(Failed{pull->key, reason});
}

// The timeout counts silence: from the pull itself, or from the last thing the peer brought on, whichever is later.
std::optional<Timestamp> Receiver::NextPullDeadline() const {
  const std::optional<Timestamp> oldest = pulls_.OldestWaitingSince();
  if (!oldest) return std::nullopt;
  if (PEER_SESSION_MUTANT("pull-timeout-counts-the-queue")) return *oldest + options_.timeouts.pull;
  return std::max(*oldest, last_progress_) + options_.timeouts.pull;
}

std::optional<Timestamp> Receiver::NextDownloadDeadline() const {
  if (!running_ || PEER_SESSION_MUTANT("stall-deadline-forgotten")) return std::nullopt;
  return running_->NextDeadline(options_.timeouts);
}

std::optional<Timestamp> Receiver::NextVerifyDeadline() const {
  const std::optional<Timestamp> since = unverified_.OldestHashingSince();
  if (!since) return std::nullopt;
  return *since + options_.timeouts.verify;
}

void Receiver::FailRunning(Reason reason) {
  if (!running_) return;
  const Download download = std::move(*running_);
  running_.reset();
  Fail(download.key(), download.file().id, reason);
}

void Receiver::FinishRunning(Timestamp now) {
  const bool overloaded =
      unverified_.size() >= options_.limits.max_unverified_files ||
      (unverified_.size() > 0 && unverified_.bytes() + running_->file().size > options_.limits.max_unverified);
  if (overloaded) {
    FailRunning(Reason::kReceiverOverloaded);
    return;
  }
  const TransferKey key = running_->key();
  const FileInfo& file = running_->file();
  Verify verify{.transfer = key};
  if (options_.signer_id && HasClaim(file)) verify.claim = wire::WriteMeta(file, file.identity_created_at);
  unverified_.Append(
      Unverified{.key = key, .file = running_->TakeFile(), .since = now, .claim_open = !verify.claim.empty()});
  running_.reset();
  actions_.Push(std::move(verify));
}

void Receiver::Fail(TransferKey key, const TransferId& id, Reason reason) {
  pulls_.EndBegun(id);
  actions_.Push(Failed{key, reason});
}

void Receiver::SettleDecided() {
  while (std::optional<Unverified> item = unverified_.TakeDecided()) Settle(std::move(*item));
}

void Receiver::Settle(Unverified item) {
  if (item.state == Unverified::State::kFailed) {
    Fail(item.key, item.file.id, item.failure);
    return;
  }
  if (PEER_SESSION_MUTANT("delivered-twice")) actions_.Push(Deliver{item.key, item.file});
  pulls_.EndBegun(item.file.id);
  actions_.Push(Deliver{.transfer = item.key, .file = std::move(item.file)});
}

void Receiver::Drop(ByteCount size) {
  dropped_bytes_ += static_cast<std::uint64_t>(std::max(size, ByteCount()).value());
  actions_.Push(DropChunk{});
}

}  // namespace peer_session
