#include "receive/receiver.h"

#include <algorithm>
#include <utility>

#include "wire/write.h"

namespace peer_session {
namespace {

// A sender of this kind has read the first block by then, or says that it cannot (Timeouts::read).
constexpr Duration kSilenceOfOneOfMany = Duration::Seconds(10);

constexpr int kPullsEndedAtOnce = 1024;

// What was confirmed while a channel went down: more is not on its way at once.
constexpr std::size_t kReceiptsKept = 64;

// What arrived of it is as good as any part of the content, when nothing but its way was at fault.
// What arrived counts for memory, and for a sink what that has taken: it knows itself whether it keeps it.
ByteCount KeptAfter(Reason reason, const Room& room, ByteCount arrived) {
  switch (reason) {
    case Reason::kClosed:
    case Reason::kChannelError:
    case Reason::kPeerReplaced:
    case Reason::kPullTimeout:
    case Reason::kStalled:
    case Reason::kTooSlow:
    case Reason::kInterrupted:
    case Reason::kAbortedByPeer:
    case Reason::kReceiverOverloaded:
    case Reason::kChannelFull:
      return room.IsOfASink() ? room.stored() : arrived;
    default:
      return ByteCount();
  }
}

DownloadEvent EventOf(Reason reason) {
  switch (reason) {
    case Reason::kCancelled:
      return DownloadEvent::kCancel;
    case Reason::kClosed:
    case Reason::kChannelError:
    case Reason::kPeerReplaced:
    case Reason::kConnectTimeout:
      return DownloadEvent::kSessionEnd;
    default:
      return DownloadEvent::kFail;
  }
}

KnownOffer ContentOf(const FileInfo& file) { return {.size = file.size, .hash = file.hash}; }

bool IsDue(std::optional<Timestamp> at, Timestamp now) { return at && now >= *at; }

bool HasClaim(const FileInfo& file) { return file.original_sender_id && file.signature && file.public_key; }

}  // namespace

Receiver::Receiver(const Options& options, ActionQueue& actions, ChannelWriter& writer, const Peer& peer, Seat& seat)
    : options_(options),
      actions_(actions),
      writer_(writer),
      peer_(peer),
      seat_(seat),
      offers_(options.limits, options.timeouts.offer + options.timeouts.offer),
      requests_(options, writer),
      late_(options.limits.max_late_pulls),
      patience_(options.timeouts) {}

bool Receiver::Pull(Timestamp now, TransferKey key, TransferId id, ByteCount room, std::int32_t priority) {
  if (pulls_.Contains(id)) return false;
  Loose<WaitingPull> pull(WaitingPull{.key = key, .id = std::move(id), .priority = priority, .turn = ++last_turn_});
  pull->room = Room(room);
  pull->offer = offers_.Find(pull->id);
  const bool resumes = peer_.Understands(wire::Feature::kResume);
  if (!writer_.IsOpen() && (is_closed_ || !resumes)) {
    FailWaiting(*pull, Reason::kNotOpen);
  } else if (pulls_.size() >= options_.limits.max_pulls) {
    FailWaiting(*pull, Reason::kTooManyPulls);
  } else {
    Enqueue(now, std::move(pull));
  }
  return true;
}

void Receiver::Enqueue(Timestamp now, Loose<WaitingPull> pull) {
  if (options_.pacing.pulls_ahead > ByteCount()) {
    pulls_.held().Add(std::move(pull));
    AskHeld(now);
  } else {
    Ask(now, std::move(pull));
  }
}

void Receiver::SetPriority(const TransferId& id, std::int32_t priority) {
  if (pulls_.held().SetPriority(id, priority)) return;
  // In case it is paused, and resumed.
  if (WaitingPull* resting = pulls_.FindResting(id)) resting->priority = priority;
}

PauseWish* Receiver::WishOf(const TransferId& id) {
  if (running_ && running_->file().id == id) return &running_->wish;
  WaitingPull* pull = pulls_.FindLookedUp(id);
  if (pull == nullptr) pull = pulls_.FindWaiting(id);
  return pull == nullptr ? nullptr : &pull->wish;
}

void Receiver::Pause(const TransferId& id) {
  if (Loose<WaitingPull> pull = pulls_.held().Take(id)) {
    SetAside(std::move(pull));
    return;
  }
  PauseWish* wish = WishOf(id);
  if (wish == nullptr) return;
  if (pulls_.FindLookedUp(id) == nullptr) {
    if (!peer_.Understands(wire::Feature::kPause)) return;
    if (!writer_.IsOpen()) {
      SetAside(pulls_.TakeWaiting(id));
      return;
    }
    const bool is_said = *wish != PauseWish::kNone ||
                         writer_.SendText(wire::WriteTransferPause(id)) == ChannelWriter::TextResult::kAccepted;
    if (!is_said) return;
  }
  *wish = PauseWish::kPaused;
}

void Receiver::Resume(Timestamp now, const TransferId& id) {
  if (Loose<WaitingPull> pull = pulls_.paused().Take(id.value)) {
    pull->state = states_.Move(pull->state, DownloadEvent::kResume);
    actions_.Push(PullPaused{.transfer = pull->key, .is_paused = false});
    Enqueue(now, std::move(pull));
  } else if (PauseWish* wish = WishOf(id); wish != nullptr && *wish == PauseWish::kPaused) {
    *wish = PauseWish::kResumed;
  }
}

bool Receiver::HandlePaused(Timestamp now, const TransferId& id) {
  const PauseWish* found = WishOf(id);
  if (found == nullptr || *found == PauseWish::kNone) return false;
  const PauseWish wish = *found;
  const bool runs = running_ && running_->file().id == id;
  Loose<WaitingPull> pull = runs ? TakeRunning(now) : pulls_.TakeWaiting(id);
  if (!pull) return false;
  patience_.Renew(now);
  SetAside(std::move(pull));
  if (wish == PauseWish::kResumed) Resume(now, id);
  return true;
}

void Receiver::SetAside(Loose<WaitingPull> pull) {
  pull->state = states_.Move(pull->state, DownloadEvent::kPause);
  actions_.Push(PullPaused{.transfer = pull->key, .is_paused = true});
  pulls_.paused().Add(std::move(pull));
}

Loose<WaitingPull> Receiver::TakeRunning(Timestamp now) {
  const FileInfo& file = running_->file();
  KnownOffer offer = ContentOf(file);
  // It follows once more.
  if (running_->hash_follows()) offer.hash.clear();
  pulls_.EndBegun(file.id);
  Loose<WaitingPull> pull({.key = running_->key(),
                           .id = file.id,
                           .asked_at = now,
                           .offer = std::move(offer),
                           .offset = running_->front(),
                           .is_again = running_->is_again(),
                           .room = running_->room(),
                           .state = DownloadState::kReceiving,
                           .priority = running_->priority,
                           .turn = running_->turn,
                           .wish = running_->wish,
                           .was_looked_up = true,
                           .was_asked = true});
  running_.reset();
  return pull;
}

void Receiver::AskHeld(Timestamp now) {
  while (!pulls_.held().empty() && MayAsk()) Ask(now, pulls_.held().TakeNext());
}

bool Receiver::MayAsk() const {
  if (!writer_.IsOpen()) return false;
  ByteCount ahead = pulls_.asked();
  if (running_) ahead += running_->file().size - running_->received();
  const bool has_asked = pulls_.HasAsked() || ahead > ByteCount();
  // What waits for room in the channel is not heard any sooner; one more may find none.
  return !has_asked || (ahead < options_.pacing.pulls_ahead && writer_.OutboxSize() == ByteCount());
}

void Receiver::Ask(Timestamp now, Loose<WaitingPull> pull) {
  pull->asked_at = now;
  const bool resumes = peer_.Understands(wire::Feature::kResume);
  const bool must_look_up = pull->offer && !pull->was_looked_up;
  if (must_look_up && (pull->room.IsOfASink() || (resumes && !pull->offer->hash.empty()))) {
    actions_.Push(FindPartial{.transfer = pull->key, .hash = pull->offer->hash, .size = pull->offer->size});
    pulls_.AddLookedUp(std::move(pull));
  } else {
    Request(now, std::move(pull));
  }
}

void Receiver::HandlePartial(Timestamp now, const TransferId& id, ByteCount have) {
  Loose<WaitingPull> pull = pulls_.TakeLookedUp(id);
  if (!pull) return;
  if (have > ByteCount() && have <= pull->offer->size) {
    // Without its hash nobody knows whether it is the same content.
    if (!peer_.Understands(wire::Feature::kResume) || pull->offer->hash.empty()) {
      actions_.Push(DiscardPartial{pull->key});
    } else {
      pull->offset = have;
      if (pull->room.IsOfASink()) pull->room.GoOnAt(have);
    }
  }
  pull->was_looked_up = true;
  if (pull->wish == PauseWish::kPaused) {
    SetAside(std::move(pull));
  } else {
    Request(now, std::move(pull));
  }
}

void Receiver::Request(Timestamp now, Loose<WaitingPull> pull) {
  pull->was_looked_up = pull->was_asked = true;
  pull->wish = PauseWish::kNone;
  if (writer_.IsOpen()) {
    if (pull->room.IsOfASink() && peer_.Understands(wire::Feature::kCredit)) {
      pull->room.Begin(pull->offer ? pull->offer->size : options_.limits.max_file_size);
    }
    if (const Reason refusal = requests_.Send(now, *pull); refusal != Reason::kNone) {
      FailWaiting(*pull, refusal);
      return;
    }
    if (pulls_.waiting() == 0 && !running_) patience_.Begin();
    pull->state = states_.Move(pull->state, DownloadEvent::kRequest);
  } else {
    pull->state = states_.Move(pull->state, DownloadEvent::kLinkLost);
  }
  if (pull->offer) seat_.HandlePull(pull->id, pull->offer->hash);
  pulls_.Add(std::move(pull));
}

void Receiver::Cancel(Timestamp now, const TransferId& id, Reason reason) {
  if (Loose<WaitingPull> pull = pulls_.TakeUnbegun(id)) {
    // It may be on its way already.
    if (pull->state == DownloadState::kRequested) late_.Add(TransferId(id));
    // What a sink has no room for may be pulled once there is some.
    const bool may_be_pulled = pull->state == DownloadState::kPulled && reason == Reason::kStoreFailed;
    if (!may_be_pulled) SendCancel(id, reason);
    FailWaiting(*pull, reason);
  } else if (running_ && running_->file().id == id) {
    FailRunning(now, reason, Rest::kPasses);
  } else if (Unverified* item = unverified_.FindUndecided(id)) {
    item->Fail(reason);
    SettleDecided(now);
  }
}

void Receiver::Decline(const TransferId& id, std::string_view detail) {
  if (pulls_.Contains(id)) return;
  // It stays known, so that it is not announced once more, and binding.
  const KnownOffer* offer = offers_.Decline(id);
  if (offer == nullptr) return;
  SendCancel(id, Reason::kDeclined, detail);
  seat_.HandleEnd(id, offer->hash, /*is_delivered=*/false);
}

void Receiver::DeclineAgain(const TransferId& id) {
  if (offers_.IsDeclined(id) && !pulls_.Contains(id)) SendCancel(id, Reason::kDeclined);
}

void Receiver::GiveUp(Timestamp now, const TransferId& id) {
  const WaitingPull* waiting = pulls_.FindWaiting(id);
  // Behind a file it waits as long as for the first one that a peer answers.
  const bool is_behind_a_file = running_ || (passing_ && passing_->MayPause());
  const Duration silence = is_behind_a_file ? options_.timeouts.pull : kSilenceOfOneOfMany;
  if (waiting == nullptr || !patience_.IsSilent(waiting->asked_at, silence, now)) return;
  Loose<WaitingPull> pull = pulls_.TakeWaiting(id);
  SendCancel(id, Reason::kPullTimeout);
  FailWaiting(*pull, Reason::kPullTimeout);
  late_.Add(std::move(pull->id));
}

std::optional<KnownOffer> Receiver::HandleWithdraw(Timestamp now, const TransferId& id) {
  std::optional<KnownOffer> offer = offers_.Take(id);
  if (Loose<WaitingPull> pull = pulls_.TakeUnbegun(id)) {
    patience_.Renew(now);
    FailWaiting(*pull, Reason::kAbortedByPeer, Reason::kWithdrawn);
  }
  return offer;
}

bool Receiver::HandleMeta(Timestamp now, FileInfo file, ByteCount offset) {
  FailRunning(now, Reason::kInterrupted, Rest::kIsNobodys);
  passing_.reset();
  // Towards a peer that does not resume, this field means nothing.
  if (!peer_.Understands(wire::Feature::kResume)) offset = ByteCount();
  Loose<WaitingPull> pull = pulls_.Begin(file.id);
  if (!pull) {
    if (!late_.Take(file.id)) return false;
    patience_.Renew(now);
    passing_.emplace(file.id, file.size - offset, now + options_.timeouts.transfer, /*may_pause=*/true);
    return true;
  }
  patience_.Renew(now);
  states_.Move(pull->state, DownloadEvent::kBegin);
  const bool fits = !pull->offer || pull->offer->Fits(file);
  // It ends as what was offered.
  if (!fits) file.hash = pull->offer->hash;
  // A sink cannot take its beginning once more.
  const bool begins_where_asked = offset == pull->offset || (offset == ByteCount() && !pull->room.IsOfASink());
  running_.emplace(pull->key, std::move(file), offset, pull->is_again, pull->room, now);
  running_->wish = pull->wish;
  running_->priority = pull->priority;
  running_->turn = pull->turn;
  if (!fits) {
    FailRunning(now, Reason::kOfferMismatch, Rest::kPasses);
  } else if (!begins_where_asked) {
    FailRunning(now, Reason::kInvalidMetadata, Rest::kPasses);
  } else if (running_->file().size > options_.limits.max_file_size) {
    FailRunning(now, Reason::kTooLarge, Rest::kPasses);
  } else {
    actions_.Push(Authorize{pull->key});
    // The sink may have gone on meanwhile.
    SayCredit(now);
  }
  return true;
}

bool Receiver::HandleInvalidMeta(Timestamp now, const std::optional<TransferId>& id) {
  FailRunning(now, Reason::kInterrupted, Rest::kIsNobodys);
  passing_.reset();
  if (!id) return false;
  const Loose<WaitingPull> pull = pulls_.TakeWaiting(*id);
  if (!pull) return false;
  patience_.Renew(now);
  SendCancel(*id, Reason::kInvalidMetadata);
  FailWaiting(*pull, Reason::kInvalidMetadata);
  return true;
}

void Receiver::HandleAbort(Timestamp now, const TransferId& id, Reason peer_reason) {
  if (running_ && running_->file().id == id) {
    FailRunning(now, Reason::kAbortedByPeer, Rest::kIsNobodys, peer_reason);
    return;
  }
  if (const Loose<WaitingPull> pull = pulls_.TakeWaiting(id)) {
    patience_.Renew(now);
    FailWaiting(*pull, Reason::kAbortedByPeer, peer_reason);
  } else if (passing_ && passing_->id() == id) {
    // The answer to this side's cancel: none of its bytes follow.
    patience_.Renew(now);
    passing_.reset();
  } else if (late_.Take(id)) {
    patience_.Renew(now);
  }
}

bool Receiver::HandleTransferEnd(Timestamp now, const TransferId& id, std::string hash) {
  if (!running_ || running_->file().id != id || !running_->End(std::move(hash), now)) return false;
  patience_.Renew(now);
  if (running_->IsWhole()) FinishRunning(now);
  return true;
}

void Receiver::HandleBinary(Timestamp now, ByteCount size) {
  // An empty message brings nothing on, so it must neither be kept nor count as a sign of life.
  if (size <= ByteCount()) {
    Drop(size);
    return;
  }
  if (!running_) {
    if (passing_ && passing_->Takes(size, now)) patience_.Renew(now);
    Drop(size);
    return;
  }
  const ByteCount offset = running_->next();
  if (running_->Exceeds(offset, size)) {
    Drop(size);
    FailRunning(now, Reason::kTooManyBytes, Rest::kIsNobodys);
    return;
  }
  running_->GoOnAt(offset + size);
  Keep(now, offset, size);
}

void Receiver::HandlePiece(Timestamp now, const TransferId& id, ByteCount offset, ByteCount size) {
  if (size <= ByteCount() || !running_ || running_->file().id != id) {
    Drop(size);
  } else if (running_->Exceeds(offset, size)) {
    Drop(size);
    FailRunning(now, Reason::kTooManyBytes, Rest::kPasses);
  } else {
    Keep(now, offset, size);
  }
}

void Receiver::Keep(Timestamp now, ByteCount offset, ByteCount size) {
  // What is here already is sent again when a lane was lost: it brings nothing on.
  if (!running_->Receive(offset, size, now)) {
    Drop(size);
    return;
  }
  actions_.Push(StoreChunk{.transfer = running_->key(),
                           .offset = offset,
                           .length = size,
                           .file_size = running_->file().size,
                           .so_far = running_->received(),
                           .front = running_->front()});
  patience_.Renew(now);
  const Room& room = running_->room();
  if (running_->IsTooScattered()) {
    FailRunning(now, Reason::kTooManyBytes, Rest::kPasses);
  } else if (room.IsOfASink() && room.said() == kNoCredit && running_->held() > options_.limits.max_unverified) {
    // A peer that keeps to no credit, and a sink that is slower than it.
    FailRunning(now, Reason::kReceiverOverloaded, Rest::kPasses);
  } else if (running_->IsWhole()) {
    FinishRunning(now);
  }
}

void Receiver::HandleAuthorization(Timestamp now, TransferKey key, bool allowed) {
  if (!running_ || running_->key() != key || running_->IsAllowed()) return;
  if (!allowed) {
    FailRunning(now, Reason::kRefused, Rest::kPasses);
    return;
  }
  running_->Allow();
  if (running_->IsWhole()) FinishRunning(now);
}

void Receiver::HandleDigest(Timestamp now, TransferKey key, std::string_view hash) {
  Unverified* item = unverified_.FindHashing(key);
  if (item == nullptr) return;
  if (item->file.hash != hash) {
    item->Fail(Reason::kHashMismatch);
  } else if (item->room.IsOfASink()) {
    item->state = Unverified::State::kFinishing;
    item->since = now;
    actions_.Push(FinishSink{key});
  } else {
    item->Accept();
  }
  SettleDecided(now);
}

void Receiver::HandleDigestFailed(Timestamp now, TransferKey key) {
  Unverified* item = unverified_.FindHashing(key);
  if (item == nullptr) return;
  item->Fail(Reason::kHashFailed);
  SettleDecided(now);
}

void Receiver::HandleClaim(Timestamp now, TransferKey key, bool holds) {
  Unverified* item = unverified_.FindClaim(key);
  if (item == nullptr) return;
  item->EndClaim(holds);
  SettleDecided(now);
}

void Receiver::HandleStored(Timestamp now, const TransferId& id, ByteCount total) {
  if (total < ByteCount()) {
    Cancel(now, id, Reason::kStoreFailed);
  } else if (running_ && running_->file().id == id) {
    if (running_->Store(total, now)) SayCredit(now);
  } else if (WaitingPull* pull = pulls_.FindResting(id)) {
    // Of what came over the channel before; the peer is told with the next request, or when it begins.
    pull->room.Take(total, pull->offset);
  } else if (Unverified* item = unverified_.FindUndecided(id)) {
    if (item->room.Take(total, item->file.size)) item->since = now;
    if (item->state != Unverified::State::kFinishing || total != item->file.size) return;
    item->Accept();
    SettleDecided(now);
  }
}

void Receiver::SayCredit(Timestamp now) {
  if (!running_ || !writer_.IsOpen()) return;
  const ByteCount up_to = running_->NewCredit();
  if (up_to == kNoCredit) return;
  const std::string text = wire::WriteCredit(running_->file().id, up_to);
  // What the channel has no room for is said when it has drained.
  if (writer_.SendText(text) == ChannelWriter::TextResult::kAccepted) running_->SaidCredit(up_to, now);
}

void Receiver::HandleStoreFailed(Timestamp now, TransferKey key) {
  if (running_ && running_->key() == key) {
    FailRunning(now, Reason::kOutOfMemory, Rest::kPasses);
  } else if (Unverified* item = unverified_.FindHashing(key)) {
    // The chunk that could not be kept was the last one: its file is already in the queue.
    item->Fail(Reason::kOutOfMemory);
    SettleDecided(now);
  }
}

void Receiver::HandleTimeout(Timestamp now) {
  if (running_) {
    if (IsDue(running_->SinkStallsAt(options_.timeouts), now)) {
      FailRunning(now, Reason::kStoreFailed, Rest::kPasses);
    } else if (IsDue(running_->StallsAt(options_.timeouts, patience_.ForText()), now)) {
      // Those behind it get their own time: the peer may go on to them.
      FailRunning(now, Reason::kStalled, Rest::kPasses);
    } else if (now >= running_->MustEndBy(options_.timeouts)) {
      FailRunning(now, Reason::kTooSlow, Rest::kPasses);
    }
  }
  unverified_.EndOverdue(now, options_.timeouts.verify);
  SettleDecided(now);
  // The others' deadline is over too, so that the caller's timer comes for them at once, after its other work.
  int ended = 0;
  for (std::optional<Timestamp> due = NextPullDeadline(); due && now >= *due && ended < kPullsEndedAtOnce;
       due = NextPullDeadline(), ++ended) {
    if (Loose<WaitingPull> pull = pulls_.TakeOldestWaiting()) {
      SendCancel(pull->id, Reason::kPullTimeout);
      FailWaiting(*pull, Reason::kPullTimeout);
      late_.Add(std::move(pull->id));
    }
  }
  for (const WaitingPull* oldest = pulls_.OldestLookedUp();
       oldest != nullptr && now >= oldest->asked_at + options_.timeouts.read && ended < kPullsEndedAtOnce;
       oldest = pulls_.OldestLookedUp(), ++ended) {
    if (oldest->room.IsOfASink()) {
      Cancel(now, TransferId(oldest->id), Reason::kStoreFailed);
    } else {
      HandlePartial(now, TransferId(oldest->id), ByteCount());
    }
  }
}

void Receiver::HandleLinkLost(Timestamp now) {
  passing_.reset();
  late_.Clear();
  requests_.Clear();
  patience_.Renew(now);
  std::size_t waiting = pulls_.waiting();
  if (running_) Suspend(TakeRunning(now));
  // What was running goes on first, and so the others go behind it.
  for (; waiting > 0; --waiting) {
    Loose<WaitingPull> pull = pulls_.TakeOldestWaiting();
    pull->asked_at = now;
    Suspend(std::move(pull));
  }
}

void Receiver::Suspend(Loose<WaitingPull> pull) {
  pull->state = states_.Move(pull->state, DownloadEvent::kLinkLost);
  if (pull->wish == PauseWish::kPaused) {
    SetAside(std::move(pull));
  } else {
    pulls_.Add(std::move(pull));
  }
}

void Receiver::HandleLinkUp(Timestamp now) {
  patience_.Renew(now);
  patience_.Begin();
  for (; !untold_.empty(); untold_.PopFront()) writer_.SendText(std::move(untold_.front()));
  while (!receipts_.empty() && now >= receipts_.front().at + options_.timeouts.receipt) receipts_.PopFront();
  for (const Receipt& receipt : receipts_) writer_.SendText(wire::WriteTransferDone(receipt.id));
  for (const WaitingPull& pull : pulls_.paused()) SayPauseAgain(pull);
  for (const WaitingPull& pull : pulls_.held()) SayPauseAgain(pull);
  for (std::size_t waiting = pulls_.waiting(); waiting > 0; --waiting) Request(now, pulls_.TakeOldestWaiting());
}

void Receiver::SayPauseAgain(const WaitingPull& pull) {
  if (pull.was_asked && peer_.Understands(wire::Feature::kPause)) writer_.SendText(wire::WriteTransferPause(pull.id));
}

void Receiver::CloseChannel(Timestamp now, Reason reason) {
  is_closed_ = true;
  FailRunning(now, reason, Rest::kIsNobodys);
  passing_.reset();
  offers_.Clear();
  late_.Clear();
  requests_.Clear();
  receipts_.Clear();
  untold_.Clear();
  while (const Loose<WaitingPull> pull = pulls_.TakeUnbegun()) FailWaiting(*pull, reason);
}

void Receiver::Close(Timestamp now, Reason reason) {
  CloseChannel(now, reason);
  while (std::optional<Unverified> item = unverified_.TakeFront()) {
    // Verified but behind one that is not: it is whole, yet the session that would deliver it is over.
    Fail(DownloadState::kVerifying, item->key, item->file.id, ContentOf(item->file),
         {.reason = reason, .kept = KeptAfter(reason, item->room, item->file.size)});
  }
}

std::optional<Timestamp> Receiver::NextPullDeadline() const {
  const std::optional<Timestamp> oldest = pulls_.OldestWaitingSince();
  // Without a channel the whole session has a deadline.
  if (!oldest || !writer_.IsOpen()) return std::nullopt;
  if (running_) return std::nullopt;
  return patience_.EndsAt(*oldest, passing_ && passing_->MayPause());
}

std::optional<Timestamp> Receiver::NextDownloadDeadline() const {
  if (!running_) return std::nullopt;
  return running_->NextDeadline(options_.timeouts, patience_.ForText());
}

std::optional<Timestamp> Receiver::NextVerifyDeadline() const {
  const std::optional<Timestamp> since = unverified_.OldestHashingSince();
  if (!since) return std::nullopt;
  return *since + options_.timeouts.verify;
}

std::optional<Timestamp> Receiver::NextLookUpDeadline() const {
  const WaitingPull* oldest = pulls_.OldestLookedUp();
  if (oldest == nullptr) return std::nullopt;
  return oldest->asked_at + options_.timeouts.read;
}

void Receiver::FailRunning(Timestamp now, Reason reason, Rest rest, Reason peer_reason) {
  if (!running_) return;
  const Download download = std::move(*running_);
  running_.reset();
  patience_.Renew(now);
  if (rest == Rest::kPasses) {
    passing_.emplace(download.file().id, download.file().size - download.received(), now + options_.timeouts.transfer,
                     /*may_pause=*/reason != Reason::kStalled);
  }
  if (reason != Reason::kAbortedByPeer && EventOf(reason) != DownloadEvent::kSessionEnd) {
    SendCancel(download.file().id, reason);
  }
  Fail(DownloadState::kReceiving, download.key(), download.file().id, ContentOf(download.file()),
       {.reason = reason, .peer_reason = peer_reason, .kept = KeptAfter(reason, download.room(), download.front())});
}

void Receiver::FinishRunning(Timestamp now) {
  const bool overloaded =
      unverified_.size() >= options_.limits.max_unverified_files ||
      (unverified_.size() > 0 && unverified_.bytes() + running_->held() > options_.limits.max_unverified);
  if (overloaded) {
    FailRunning(now, Reason::kReceiverOverloaded, Rest::kIsNobodys);
    return;
  }
  states_.Move(DownloadState::kReceiving, DownloadEvent::kComplete);
  const TransferKey key = running_->key();
  const FileInfo& file = running_->file();
  const ByteCount held = running_->held();
  Verify verify{.transfer = key};
  if (options_.signer_id && HasClaim(file)) verify.claim = file;
  unverified_.Append(Unverified{.key = key,
                                .file = running_->TakeFile(),
                                .since = now,
                                .offset = running_->offset(),
                                .is_again = running_->is_again(),
                                .hash_followed = running_->hash_follows(),
                                .claim_open = verify.claim.has_value(),
                                .room = running_->room(),
                                .held = held});
  running_.reset();
  actions_.Push(std::move(verify));
}

void Receiver::Fail(DownloadState state, TransferKey key, const TransferId& id, const KnownOffer& content,
                    Failure failure) {
  states_.Move(state, EventOf(failure.reason));
  pulls_.EndBegun(id);
  DownloadEnded end{.transfer = key, .reason = failure.reason, .peer_reason = failure.peer_reason};
  if (failure.kept > ByteCount() && !content.hash.empty()) {
    end.kept = failure.kept;
    end.hash = content.hash;
    end.size = content.size;
  }
  actions_.Push(std::move(end));
  seat_.HandleEnd(id, content.hash, /*is_delivered=*/false);
}

void Receiver::FailWaiting(const WaitingPull& pull, Reason reason, Reason peer_reason) {
  Fail(pull.state, pull.key, pull.id, pull.offer.value_or(KnownOffer()),
       {.reason = reason, .peer_reason = peer_reason, .kept = KeptAfter(reason, pull.room, pull.offset)});
}

void Receiver::SendCancel(const TransferId& id, Reason reason, std::string_view detail) {
  if (!peer_.Understands(wire::Feature::kCancel) || is_closed_) return;
  std::string text = wire::WriteTransferCancel(id, CodeOf(reason), detail, options_.limits.max_detail);
  if (!writer_.IsOpen()) {
    untold_.Push(std::move(text));
    return;
  }
  // Without room for it the peer sends the file to nobody, as towards one that does not understand it.
  writer_.SendText(std::move(text));
}

void Receiver::SettleDecided(Timestamp now) {
  while (std::optional<Unverified> item = unverified_.TakeDecided()) Settle(now, std::move(*item));
}

void Receiver::Settle(Timestamp now, Unverified item) {
  if (item.state == Unverified::State::kFailed) {
    // Where the hash followed, all of it came from this peer.
    const bool had_some = item.room.IsOfASink() ? item.room.GoesOn() : item.offset > ByteCount();
    const bool was_resumed = had_some && !item.hash_followed;
    if (item.failure == Reason::kHashMismatch && was_resumed && !item.is_again && !is_closed_) {
      PullAgain(now, item);
      return;
    }
    SendCancel(item.file.id, item.failure);
    Fail(DownloadState::kVerifying, item.key, item.file.id, ContentOf(item.file), {.reason = item.failure});
    return;
  }
  Confirm(now, item.file.id);
  states_.Move(DownloadState::kVerifying, DownloadEvent::kVerify);
  pulls_.EndBegun(item.file.id);
  seat_.HandleEnd(item.file.id, item.file.hash, /*is_delivered=*/true);
  actions_.Push(DownloadEnded{.transfer = item.key, .file = std::move(item.file)});
}

// Nobody knows which part of it was wrong.
void Receiver::PullAgain(Timestamp now, const Unverified& item) {
  actions_.Push(DiscardPartial{item.key});
  pulls_.EndBegun(item.file.id);
  Request(now, Loose<WaitingPull>({.key = item.key,
                                   .id = item.file.id,
                                   .asked_at = now,
                                   .offer = ContentOf(item.file),
                                   .is_again = true,
                                   .room = item.room.Anew(),
                                   .state = DownloadState::kVerifying}));
}

void Receiver::Confirm(Timestamp now, const TransferId& id) {
  if (!peer_.Understands(wire::Feature::kReceipt)) return;
  if (writer_.IsOpen()) writer_.SendText(wire::WriteTransferDone(id));
  receipts_.Push(Receipt{.id = id, .at = now});
  if (receipts_.size() > kReceiptsKept) receipts_.PopFront();
}

void Receiver::Drop(ByteCount size) {
  dropped_bytes_ += static_cast<std::uint64_t>(std::max(size, ByteCount()).value());
  actions_.Push(DropChunk{});
}

}  // namespace peer_session
