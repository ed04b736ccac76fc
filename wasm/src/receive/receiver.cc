#include "receive/receiver.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "mutant.h"
#include "wire/write.h"

namespace peer_session {
namespace {

// What lies before a request in the channel and is gone a second later, at the slowest path that counts (Timeouts::text).
constexpr ByteCount kSoonSent = ByteCount::KiB(16);

// A sender of this kind has read the first block by then, or says that it cannot (Timeouts::read).
constexpr Duration kSilenceOfOneOfMany = Duration::Seconds(10);

constexpr int kPullsEndedAtOnce = 1024;

bool HasClaim(const FileInfo& file) { return file.original_sender_id && file.signature && file.public_key; }

}  // namespace

Receiver::Receiver(const Options& options, ActionQueue& actions, ChannelWriter& writer, Seat& seat)
    : options_(options),
      actions_(actions),
      writer_(writer),
      seat_(seat),
      offers_(options.limits, options.timeouts.offer + options.timeouts.offer),
      late_(options.limits.max_late_pulls),
      patience_(options.timeouts) {}

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
  std::optional<KnownOffer> offer = offers_.Find(id);
  if (refusal != Reason::kNone) {
    Fail(key, id, offer ? offer->hash : std::string_view(), refusal);
  } else {
    if (pulls_.waiting() == 0 && !running_ && !PEER_SESSION_MUTANT("text-from-before-counts")) patience_.Begin();
    if (offer) seat_.HandlePull(id, offer->hash);
    Timestamp asked_at = now;
    const ByteCount end = writer_.Accepted();
    const bool is_held_back = !held_back_.empty() || end - writer_.Drained() > kSoonSent;
    if (is_held_back && !PEER_SESSION_MUTANT("held-back-request-counts-at-once")) {
      held_back_.Push(HeldBack{.key = key, .id = id, .end = end});
      asked_at = now + options_.timeouts.text;
    }
    pulls_.Add(WaitingPull{.key = key, .id = std::move(id), .asked_at = asked_at, .offer = std::move(offer)});
  }
  return true;
}

void Receiver::HandleDrained(Timestamp now) {
  while (!held_back_.empty() && held_back_.front().end <= writer_.Drained() &&
         !PEER_SESSION_MUTANT("request-that-left-unnoticed")) {
    pulls_.HasLeft(held_back_.front().key, held_back_.front().id, now);
    held_back_.PopFront();
  }
}

void Receiver::GiveUp(Timestamp now, const TransferId& id) {
  const WaitingPull* waiting = pulls_.FindWaiting(id);
  // Behind a file it waits as long as for the first one that a peer answers.
  const bool is_behind_a_file = running_ || (passing_ && passing_->MayPause());
  const Duration silence = is_behind_a_file ? options_.timeouts.pull : kSilenceOfOneOfMany;
  if (waiting == nullptr || !patience_.IsSilent(waiting->asked_at, silence, now)) return;
  std::optional<WaitingPull> pull = pulls_.TakeWaiting(id);
  writer_.SendText(wire::WriteTransferAbort(id, CodeOf(Reason::kPullTimeout)));
  FailWaiting(*pull, Reason::kPullTimeout);
  late_.Add(std::move(pull->id));
}

bool Receiver::HandleMeta(Timestamp now, FileInfo file) {
  if (PEER_SESSION_MUTANT("interrupted-forgotten")) running_.reset();
  FailRunning(now, Reason::kInterrupted, Rest::kIsNobodys);
  passing_.reset();
  std::optional<WaitingPull> pull = pulls_.Begin(file.id);
  if (PEER_SESSION_MUTANT("unrequested-meta-accepted") && !pull) pull.emplace();
  if (!pull) {
    if (!late_.Take(file.id) || PEER_SESSION_MUTANT("late-file-no-life")) return false;
    patience_.Renew(now);
    passing_.emplace(file.size, now + options_.timeouts.transfer, /*may_pause=*/true);
    return true;
  }
  patience_.Renew(now);
  const bool fits = !pull->offer || pull->offer->Fits(file) || PEER_SESSION_MUTANT("offer-not-binding");
  // It ends as what was offered.
  if (!fits) file.hash = pull->offer->hash;
  running_.emplace(pull->key, std::move(file), now);
  if (!fits) {
    FailRunning(now, Reason::kOfferMismatch, Rest::kPasses);
  } else if (running_->file().size > options_.limits.max_file_size && !PEER_SESSION_MUTANT("size-limit-ignored")) {
    FailRunning(now, Reason::kTooLarge, Rest::kPasses);
  } else {
    actions_.Push(Authorize{pull->key});
  }
  return true;
}

bool Receiver::HandleInvalidMeta(Timestamp now, const std::optional<TransferId>& id) {
  FailRunning(now, Reason::kInterrupted, Rest::kIsNobodys);
  passing_.reset();
  if (!id) return false;
  const std::optional<WaitingPull> pull = pulls_.TakeWaiting(*id);
  if (!pull) return false;
  patience_.Renew(now);
  FailWaiting(*pull, Reason::kInvalidMetadata);
  return true;
}

void Receiver::HandleAbort(Timestamp now, const TransferId& id) {
  if (running_ && running_->file().id == id) {
    FailRunning(now, Reason::kAbortedByPeer, Rest::kIsNobodys);
    return;
  }
  if (const std::optional<WaitingPull> pull = pulls_.TakeWaiting(id)) {
    patience_.Renew(now);
    FailWaiting(*pull, Reason::kAbortedByPeer);
  } else if (late_.Take(id)) {
    patience_.Renew(now);
  }
}

void Receiver::HandleBinary(Timestamp now, ByteCount size) {
  // An empty message brings nothing on, so it must neither be kept nor count as a sign of life.
  if (size <= ByteCount() && !PEER_SESSION_MUTANT("empty-message-counts")) {
    Drop(size);
    return;
  }
  if (!running_) {
    if (passing_ && passing_->Takes(size, now) && !PEER_SESSION_MUTANT("passing-bytes-no-life")) patience_.Renew(now);
    Drop(size);
    return;
  }
  if (running_->Exceeds(size)) {
    Drop(size);
    FailRunning(now, Reason::kTooManyBytes, Rest::kIsNobodys);
    return;
  }
  actions_.Push(StoreChunk{
      .transfer = running_->key(), .offset = running_->received(), .length = size, .file_size = running_->file().size});
  running_->Receive(size, now);
  patience_.Renew(now);
  if (running_->IsWhole()) FinishRunning(now);
}

void Receiver::HandleAuthorization(Timestamp now, TransferKey key, bool allowed) {
  if (!running_ || running_->key() != key || running_->IsAllowed()) return;
  if (!allowed && !PEER_SESSION_MUTANT("refusal-ignored")) {
    FailRunning(now, Reason::kRefused, Rest::kPasses);
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

void Receiver::HandleStoreFailed(Timestamp now, TransferKey key) {
  if (running_ && running_->key() == key) {
    FailRunning(now, Reason::kOutOfMemory, Rest::kPasses);
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
    if (now >= running_->StallsAt(options_.timeouts, patience_.ForText())) {
      // Those behind it get their own time: the peer may go on to them.
      FailRunning(now, Reason::kStalled, Rest::kPasses);
    } else if (now >= running_->MustEndBy(options_.timeouts)) {
      FailRunning(now, Reason::kTooSlow, Rest::kPasses);
    }
  }
  unverified_.EndOverdue(now, options_.timeouts.verify);
  SettleDecided();
  // The others' deadline is over too, so that the caller's timer comes for them at once, after its other work.
  int ended = 0;
  const int most = PEER_SESSION_MUTANT("pulls-ended-all-at-once") ? std::numeric_limits<int>::max() : kPullsEndedAtOnce;
  for (std::optional<Timestamp> due = NextPullDeadline(); due && now >= *due && ended < most;
       due = NextPullDeadline(), ++ended) {
    if (std::optional<WaitingPull> pull = pulls_.TakeOldestWaiting()) {
      FailWaiting(*pull, Reason::kPullTimeout);
      late_.Add(std::move(pull->id));
    }
  }
}

void Receiver::CloseChannel(Timestamp now, Reason reason) {
  FailRunning(now, reason, Rest::kIsNobodys);
  passing_.reset();
  offers_.Clear();
  late_.Clear();
  held_back_.Clear();
  if (PEER_SESSION_MUTANT("waiting-pulls-forgotten-on-close")) return;
  while (const std::optional<WaitingPull> pull = pulls_.TakeOldestWaiting()) FailWaiting(*pull, reason);
}

void Receiver::Close(Timestamp now, Reason reason) {
  CloseChannel(now, reason);
  while (std::optional<Unverified> item = unverified_.TakeFront()) {
    // Verified but behind one that is not: it is whole, yet the session that would deliver it is over.
    Fail(item->key, item->file.id, item->file.hash, reason);
  }
}

std::optional<ByteCount> Receiver::NextDrain() const {
  if (held_back_.empty()) return std::nullopt;
  // Not the first one's: a thousand pulls at once would be a thousand waits, and to know later only means more patience.
  return held_back_.back().end;
}

std::optional<Timestamp> Receiver::NextPullDeadline() const {
  const std::optional<Timestamp> oldest = pulls_.OldestWaitingSince();
  if (!oldest) return std::nullopt;
  const bool suspends = !PEER_SESSION_MUTANT("pull-timeout-counts-the-queue") &&
                        !PEER_SESSION_MUTANT("running-file-does-not-suspend-pulls");
  if (running_ && suspends) return std::nullopt;
  return patience_.EndsAt(*oldest, passing_ && passing_->MayPause());
}

std::optional<Timestamp> Receiver::NextDownloadDeadline() const {
  if (!running_ || PEER_SESSION_MUTANT("stall-deadline-forgotten")) return std::nullopt;
  return running_->NextDeadline(options_.timeouts, patience_.ForText());
}

std::optional<Timestamp> Receiver::NextVerifyDeadline() const {
  const std::optional<Timestamp> since = unverified_.OldestHashingSince();
  if (!since) return std::nullopt;
  return *since + options_.timeouts.verify;
}

void Receiver::FailRunning(Timestamp now, Reason reason, Rest rest) {
  if (!running_) return;
  const Download download = std::move(*running_);
  running_.reset();
  if (reason != Reason::kStalled || !PEER_SESSION_MUTANT("stalled-file-takes-all-with-it")) patience_.Renew(now);
  if (rest == Rest::kPasses) {
    passing_.emplace(download.file().size - download.received(), now + options_.timeouts.transfer,
                     /*may_pause=*/reason != Reason::kStalled);
  }
  Fail(download.key(), download.file().id, download.file().hash, reason);
}

void Receiver::FinishRunning(Timestamp now) {
  const bool overloaded =
      unverified_.size() >= options_.limits.max_unverified_files ||
      (unverified_.size() > 0 && unverified_.bytes() + running_->file().size > options_.limits.max_unverified);
  if (overloaded) {
    FailRunning(now, Reason::kReceiverOverloaded, Rest::kIsNobodys);
    return;
  }
  const TransferKey key = running_->key();
  const FileInfo& file = running_->file();
  Verify verify{.transfer = key};
  if (options_.signer_id && HasClaim(file)) verify.claim = file;
  unverified_.Append(
      Unverified{.key = key, .file = running_->TakeFile(), .since = now, .claim_open = verify.claim.has_value()});
  running_.reset();
  actions_.Push(std::move(verify));
}

void Receiver::Fail(TransferKey key, const TransferId& id, std::string_view hash, Reason reason) {
  pulls_.EndBegun(id);
  actions_.Push(DownloadEnded{.transfer = key, .reason = reason});
  seat_.HandleEnd(id, hash, /*is_delivered=*/false);
}

void Receiver::FailWaiting(const WaitingPull& pull, Reason reason) {
  Fail(pull.key, pull.id, pull.offer ? pull.offer->hash : std::string_view(), reason);
}

void Receiver::SettleDecided() {
  while (std::optional<Unverified> item = unverified_.TakeDecided()) Settle(std::move(*item));
}

void Receiver::Settle(Unverified item) {
  if (item.state == Unverified::State::kFailed) {
    Fail(item.key, item.file.id, item.file.hash, item.failure);
    return;
  }
  if (PEER_SESSION_MUTANT("delivered-twice")) actions_.Push(DownloadEnded{.transfer = item.key, .file = item.file});
  pulls_.EndBegun(item.file.id);
  seat_.HandleEnd(item.file.id, item.file.hash, /*is_delivered=*/true);
  actions_.Push(DownloadEnded{.transfer = item.key, .file = std::move(item.file)});
}

void Receiver::Drop(ByteCount size) {
  dropped_bytes_ += static_cast<std::uint64_t>(std::max(size, ByteCount()).value());
  actions_.Push(DropChunk{});
}

}  // namespace peer_session
