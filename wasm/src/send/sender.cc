#include "send/sender.h"

#include <algorithm>
#include <string>
#include <utility>

#include "earlier.h"
#include "wire/hash.h"
#include "wire/write.h"

namespace peer_session {
namespace {

// Expired offers are dropped a handful at a time, so that no call pays for all of them. More than one a call, so that
// they go faster than new ones come.
constexpr int kExpiredPerCall = 64;

// On one channel a file is pulled once more when what came first was wrong: not again and again at this side's cost.
constexpr int kMostPulls = 2;

// What was handed to a channel so long before the last sign of life of its peer may have been lost with it.
constexpr Duration kOnItsWay = Duration::Seconds(5);

Reason ReasonOf(ChannelWriter::TextResult result) {
  return result == ChannelWriter::TextResult::kTooLong ? Reason::kMessageTooLong : Reason::kChannelFull;
}

}  // namespace

Sender::Sender(const Options& options, ActionQueue& actions, ChannelWriter& writer, OutgoingLanes& lanes,
               const Peer& peer)
    : options_(options),
      actions_(actions),
      writer_(writer),
      lanes_(lanes),
      peer_(peer),
      offers_(options.timeouts.offer),
      queue_(options, actions),
      credit_awaited_(options.timeouts.stall),
      ack_awaited_(options.timeouts.transfer) {}

void Sender::Offer(Timestamp now, TransferKey key, FileInfo file, bool is_news, bool once) {
  const Reason refusal = Announce(now, file, is_news);
  if (refusal != Reason::kNone) {
    actions_.Push(UploadEnded{.transfer = key, .reason = refusal});
    return;
  }
  offers_.Add(PendingOffer{.key = key,
                           .file = std::move(file),
                           .made_at = now,
                           .said_at = now,
                           .said_until = writer_.Accepted(),
                           .once = once});
  if (offers_.size() > options_.limits.max_offers) {
    if (Loose<PendingOffer> oldest = offers_.TakeOldest()) {
      End(*oldest, UploadEvent::kExpire, Reason::kOfferEvicted);
    }
  }
  DropExpiredOffers(now);
}

Reason Sender::Announce(Timestamp now, FileInfo& file, bool is_news) {
  if (!writer_.IsOpen()) return Reason::kNotOpen;
  if (file.hash.empty()) {
    // What is signed, too, is the hash.
    if (!peer_.Understands(wire::Feature::kTrailingHash) || MustSign(file)) return Reason::kHashRequired;
  } else if (!NormalizeHash(file.hash)) {
    return Reason::kInvalidHash;
  }
  if (peer_.max_file_size && file.size > *peer_.max_file_size) return Reason::kTooLarge;
  // The caller repeated an id; what stands under it already keeps it.
  if (IsKnown(file.id)) return Reason::kOfferEvicted;
  // Room for `meta`, mostly the longer of the two messages, is checked now: an offer that cannot be honoured is not made.
  // A signature comes later: one that does not fit is left out. What makes `offer-file` longer, is said with it or not at all.
  if (!FitsMeta(file)) return Reason::kMessageTooLong;
  if (is_news) {
    // A peer of this kind passes over what comes faster, and nobody would know.
    if (!offer_pace_.TryTake(now)) return Reason::kChannelFull;
    const ChannelWriter::TextResult result = writer_.SendText(wire::WriteOfferFile(file));
    if (result != ChannelWriter::TextResult::kAccepted) return ReasonOf(result);
  }
  return Reason::kNone;
}

void Sender::Withdraw(Timestamp now, const TransferId& id) {
  if (Loose<PendingOffer> offer = offers_.Take(id)) {
    TellWithdrawn(id);
    End(*offer, UploadEvent::kWithdraw, Reason::kWithdrawn);
    return;
  }
  if (Upload* upload = queue_.Find(id)) {
    upload->Fail(Reason::kWithdrawn, UploadEvent::kWithdraw);
    // The end of one that has begun is told in its place among the bytes.
    const bool is_told_now =
        !upload->HasBegun() && writer_.SendText(wire::WriteTransferAbort(id, CodeOf(Reason::kWithdrawn))) ==
                                   ChannelWriter::TextResult::kAccepted;
    if (is_told_now) {
      Loose<Upload> taken = queue_.Take(id);
      End(*taken, UploadEvent::kWithdraw, Reason::kWithdrawn);
    }
    Pump(now);
    return;
  }
  Loose<Upload> taken = paused_.Take(id.value);
  if (!taken) {
    const Upload* held = held_.Find(id.value);
    if (held == nullptr || held->state != UploadState::kSuspended) return;
    taken = held_.Take(id.value);
  }
  TellWithdrawn(id);
  End(*taken, UploadEvent::kWithdraw, Reason::kWithdrawn);
}

void Sender::TellWithdrawn(const TransferId& id) {
  if (peer_.Understands(wire::Feature::kCancel) && writer_.IsOpen()) {
    writer_.SendText(wire::WriteOfferWithdraw(id));
  } else if (peer_.Understands(wire::Feature::kCancel) || peer_.IsClassic()) {
    untold_.Push(TransferId(id));
    if (untold_.size() > options_.limits.max_offers) untold_.PopFront();
  }
}

void Sender::TellUntold() {
  for (Fifo<TransferId> untold = std::exchange(untold_, {}); !untold.empty(); untold.PopFront()) {
    TellWithdrawn(untold.front());
  }
}

bool Sender::HandlePullRequest(Timestamp now, const TransferId& id, ByteCount offset, std::optional<ByteCount> credit) {
  const auto may_be_pulled = [&](const Upload* pulled) {
    return pulled != nullptr && offset <= pulled->file().size && pulled->unpaused_pulls() < kMostPulls;
  };
  Loose<Upload> upload;
  if (const PendingOffer* offer = offers_.Find(id, now); offer != nullptr && offset <= offer->file.size) {
    Loose<PendingOffer> taken = offers_.Take(id);
    upload = Loose<Upload>(Upload(taken->key, std::move(taken->file), taken->once));
  } else if (may_be_pulled(held_.Find(id.value))) {
    upload = held_.Take(id.value);
  } else if (may_be_pulled(paused_.Find(id.value))) {
    upload = paused_.Take(id.value);
  } else if (may_be_pulled(FindSentWhole(id))) {
    upload = queue_.Take(id);
    upload->state = states_.Move(upload->state, UploadEvent::kHandOver);
    upload->state = states_.Move(upload->state, UploadEvent::kLeave);
  } else if (const Upload* leaving = leaving_.Find(id.value); may_be_pulled(leaving) && leaving->used_lanes) {
    // The channel holds what came over a lane before that was lost.
    upload = leaving_.Take(id.value);
    upload->state = states_.Move(upload->state, UploadEvent::kLeave);
  }
  if (!upload) return false;
  KeepOffers(now);
  if (upload->state == UploadState::kOffered) actions_.Push(UploadPulled{upload->key()});
  // One that leaves no room for it is sent from its beginning, and so is one that has to be read from there.
  const bool can_begin_there = !upload->once() && (!upload->file().hash.empty() || upload->IsReadUpTo(offset)) &&
                               FitsMeta(upload->file(), offset);
  upload->Pull(can_begin_there ? offset : ByteCount(), credit);
  upload->state = states_.Move(upload->state, UploadEvent::kPull);
  if (upload->once() && upload->WasRead()) upload->Fail(Reason::kNotResumable, UploadEvent::kFail);
  if (MustSign(upload->file())) upload->NeedSignature();
  queue_.Append(std::move(upload));
  Pump(now);
  return true;
}

void Sender::HandleCancel(Timestamp now, const TransferId& id, const PeerWord& word) {
  if (Loose<PendingOffer> offer = offers_.Take(id)) {
    End(*offer, UploadEvent::kCancel, Reason::kAbortedByPeer, word);
  } else if (Upload* upload = queue_.Find(id)) {
    if (upload->HasBegun()) {
      // Its end is told in its place among the bytes, which the peer still has to tell apart.
      upload->Fail(Reason::kAbortedByPeer, UploadEvent::kCancel, word);
    } else {
      Loose<Upload> taken = queue_.Take(id);
      End(*taken, UploadEvent::kCancel, Reason::kAbortedByPeer, word);
    }
    Pump(now);
  } else if (Loose<Upload> leaving = leaving_.Take(id.value)) {
    End(*leaving, UploadEvent::kCancel, Reason::kAbortedByPeer, word);
  } else if (Loose<Upload> held = held_.Take(id.value)) {
    End(*held, UploadEvent::kCancel, Reason::kAbortedByPeer, word);
  } else if (Loose<Upload> paused = paused_.Take(id.value)) {
    End(*paused, UploadEvent::kCancel, Reason::kAbortedByPeer, word);
  }
}

void Sender::HandlePause(Timestamp now, const TransferId& id) {
  if (Upload* upload = queue_.Find(id)) {
    // What has failed ends, and what is whole arrives.
    if (upload->HasFailed() || FindSentWhole(id) != nullptr) return;
    upload->is_pausing = true;
    const bool is_told_now =
        !upload->HasBegun() && writer_.SendText(wire::WritePausedAbort(id)) == ChannelWriter::TextResult::kAccepted;
    if (is_told_now) SetAside(now, queue_.Take(id));
    Pump(now);
  } else if (const Upload* held = held_.Find(id.value); held != nullptr && held->state == UploadState::kSuspended) {
    KeepPaused(now, held_.Take(id.value));
  }
}

bool Sender::PauseFront(Timestamp now) {
  // As in AbortFront().
  const std::string text = wire::WritePausedAbort(queue_.front().file().id);
  if (writer_.SendText(text) == ChannelWriter::TextResult::kFull) return false;
  SetAside(now, queue_.TakeFront());
  return true;
}

void Sender::SetAside(Timestamp now, Loose<Upload> upload) {
  upload->state = states_.Move(upload->state, UploadEvent::kPause);
  upload->Paused();
  actions_.Push(Paused{.transfer = upload->key()});
  KeepPaused(now, std::move(upload));
}

void Sender::KeepPaused(Timestamp now, Loose<Upload> upload) {
  upload->held_since = now;
  paused_.Add(std::move(upload));
  if (paused_.size() > options_.limits.max_offers) EndOldestPaused(Reason::kOfferEvicted);
}

void Sender::EndOldestPaused(Reason reason) {
  Loose<Upload> upload = paused_.TakeOldest();
  TellWithdrawn(upload->file().id);
  End(*upload, UploadEvent::kExpire, reason);
}

void Sender::EndPaused(Timestamp now) {
  for (int ended = 0; ended < kExpiredPerCall; ++ended) {
    const std::optional<Timestamp> due = NextPausedDeadline();
    if (!due || now < *due) return;
    EndOldestPaused(Reason::kOfferExpired);
  }
}

void Sender::HandleDone(Timestamp now, const TransferId& id) {
  KeepOffers(now);
  Loose<Upload> upload = leaving_.Take(id.value);
  if (!upload) upload = held_.Take(id.value);
  if (!upload) {
    if (FindSentWhole(id) == nullptr) return;
    upload = queue_.Take(id);
    upload->state = states_.Move(upload->state, UploadEvent::kHandOver);
    EndConfirmed(*upload);
    Pump(now);
    return;
  }
  EndConfirmed(*upload);
}

const Upload* Sender::FindSentWhole(const TransferId& id) {
  const Upload* upload = queue_.Find(id);
  const bool is_whole =
      upload != nullptr && upload->HasBegun() && !upload->HasFailed() && upload->LeftToSend() == ByteCount();
  return is_whole ? upload : nullptr;
}

void Sender::HandleCredit(Timestamp now, const TransferId& id, ByteCount up_to) {
  Upload* upload = queue_.Find(id);
  if (upload == nullptr) return;
  upload->GrantUpTo(up_to);
  Pump(now);
}

void Sender::HandleBlockReady(Timestamp now, TransferKey key, ByteCount length, std::optional<std::uint32_t> number) {
  Upload* upload = queue_.FindReading(key, number);
  if (upload == nullptr) return;
  upload->FinishRead(length);
  Pump(now);
}

void Sender::HandleBlockFailed(Timestamp now, TransferKey key, Reason reason, std::optional<std::uint32_t> number) {
  Upload* upload = queue_.FindReading(key, number);
  if (upload == nullptr) return;
  upload->Fail(reason == Reason::kNone ? Reason::kUnreadable : reason, UploadEvent::kFail);
  Pump(now);
}

bool Sender::HandleDigest(Timestamp now, TransferKey key, std::string_view hash) {
  Upload* upload = queue_.FindHashing(key);
  if (upload == nullptr) return false;
  if (hash.empty()) {
    upload->Fail(Reason::kHashFailed, UploadEvent::kFail);
  } else {
    upload->EndHashing(std::string(hash));
  }
  Pump(now);
  return true;
}

void Sender::HandleSigned(Timestamp now, TransferKey key, std::string signature, std::string public_key) {
  Upload* upload = queue_.FindSigning(key);
  if (upload == nullptr) return;
  upload->Sign(std::move(signature), std::move(public_key));
  if (!FitsMeta(upload->file(), upload->start())) {
    upload->RemoveSignature();
    actions_.Push(Report{Reason::kSignFailed});
  }
  Pump(now);
}

void Sender::HandleUnsigned(Timestamp now, TransferKey key) {
  Upload* upload = queue_.FindSigning(key);
  if (upload == nullptr) return;
  upload->EndSigning();
  Pump(now);
}

void Sender::HandleDrained(Timestamp now) {
  EndDrained(now);
  Pump(now);
}

void Sender::HandleAcknowledged(Timestamp now) {
  ack_awaited_.End();
  Pump(now);
}

void Sender::SendAgain(Timestamp now, Fifo<Piece> pieces) {
  for (; !pieces.empty(); pieces.PopFront()) {
    const Piece& piece = pieces.front();
    // Of a file that has ended, or was pulled again since, nothing is missing.
    const bool is_of_front = !queue_.empty() && queue_.front().key() == piece.transfer && queue_.front().HasBegun() &&
                             queue_.front().pulls() == piece.pull;
    if (!is_of_front) continue;
    queue_.front().SendAgain(piece.begin, piece.end);
  }
  Pump(now);
}

void Sender::Pump(Timestamp now) {
  bool awaits_credit = false;
  while (!queue_.empty() && writer_.IsOpen()) {
    queue_.ReadAhead(now);
    Upload& upload = queue_.front();
    if (upload.HasFailed()) {
      if (!AbortFront()) break;
      continue;
    }
    if (upload.is_pausing) {
      if (!PauseFront(now)) break;
      continue;
    }
    if (upload.HasBegun() && upload.IsComplete()) {
      if (!FinishFront(now)) break;
      continue;
    }
    if (!upload.IsReady()) break;
    if (upload.HasBegun() && upload.Sendable() == ByteCount()) {
      if (upload.MustSendAgainFirst()) {
        upload.SendAgainFirst();
        continue;
      }
      // The next block is read, and the peer has no room for it.
      awaits_credit = true;
      break;
    }
    writer_.PingIfDue(upload.Left());
    if (writer_.Window() > ByteCount()) {
      // A file's first message goes alone, so that its first progress is told, and a close() in answer heard, before more.
      const bool is_first = upload.HasSentNothing();
      const ByteCount sent = SendOnFirst(upload);
      if (!is_first || sent == ByteCount() || upload.IsComplete()) continue;
      writer_.WantTurn();
      break;
    }
    if (OutgoingLane* lane = LaneFor(upload)) {
      upload.Sent(SendOnLane(now, *lane, upload));
      continue;
    }
    writer_.WantWindow();
    lanes_.WantRoom();
    if (writer_.AwaitsAcknowledgement()) ack_awaited_.Begin(now);
    break;
  }
  if (writer_.IsOpen()) writer_.PingIfDue(queue_.empty() ? ByteCount() : queue_.front().Left());
  if (awaits_credit) {
    credit_awaited_.Begin(now);
  } else {
    credit_awaited_.End();
  }
  if (queue_.empty()) ack_awaited_.End();
}

ByteCount Sender::SendOnFirst(Upload& upload) {
  const TransferId& id = upload.file().id;
  const bool is_first = upload.HasSentNothing();
  // Neither can fail: the length of the one was checked with the offer, the other is short, and an open window means an empty
  // outbox. What has to wait there leaves no window.
  if (!upload.HasBegun()) {
    upload.Begin();
    upload.state = states_.Move(upload.state, UploadEvent::kBegin);
    writer_.SendText(wire::WriteMeta(upload.file(), options_.identity_created_at, upload.start()));
  } else if (upload.sent() != upload.next_on_first) {
    writer_.SendText(wire::WriteSegment(id, upload.sent()));
    upload.next_on_first = upload.sent();
  }
  const ByteCount room = is_first ? std::min(writer_.Window(), writer_.MessageSize()) : writer_.Window();
  const ByteCount length = std::min(upload.Sendable(), room);
  if (length == ByteCount()) return length;
  const ByteCount end = upload.sent() + length;
  writer_.SendBytes(upload.key(), upload.sent(), length, upload.file().size, std::max(upload.so_far(), end));
  upload.Sent(length);
  upload.next_on_first = end;
  if (!upload.known_from) upload.known_from = writer_.FileBytes();
  return length;
}

OutgoingLane* Sender::LaneFor(const Upload& upload) {
  const bool is_known = upload.known_from && writer_.FileBytesArrived() >= *upload.known_from;
  // What a lane loses would have to be read once more.
  return is_known && !upload.once() ? lanes_.WithRoom() : nullptr;
}

ByteCount Sender::SendOnLane(Timestamp now, OutgoingLane& lane, Upload& upload) {
  const Piece piece{.transfer = upload.key(),
                    .pull = upload.pulls(),
                    .begin = upload.sent(),
                    .end = upload.sent() + upload.Sendable()};
  upload.used_lanes = true;
  return lane.Send(now, upload.file().id, piece, upload.file().size, upload.so_far());
}

bool Sender::FinishFront(Timestamp now) {
  Upload& upload = queue_.front();
  if (upload.HasToSendAgain()) {
    upload.BeginAgain();
    return true;
  }
  if (upload.OwesHash() && !SayHash(now, upload)) return false;
  // The next file begins when the peer has all of this one: its bytes would come too late otherwise.
  if (lanes_.Carry(upload.key(), upload.pulls())) return false;
  Loose<Upload> whole = queue_.TakeFront();
  whole->end = writer_.Accepted();
  whole->state = states_.Move(whole->state, UploadEvent::kHandOver);
  leaving_.Add(std::move(whole));
  return true;
}

bool Sender::SayHash(Timestamp now, Upload& upload) {
  if (upload.hash().empty()) {
    if (upload.IsHashing()) return false;
    upload.BeginHashing(now);
    actions_.Push(HashFile{upload.key()});
    return false;
  }
  // Its length was checked with the offer.
  const std::string text = wire::WriteTransferEnd(upload.file().id, upload.hash());
  if (writer_.SendText(text) == ChannelWriter::TextResult::kFull) return false;
  upload.SaidHash();
  return true;
}

void Sender::HandleTimeout(Timestamp now) {
  DropExpiredOffers(now);
  queue_.EndOverdueWaits(now);
  if (credit_awaited_.IsOverdue(now)) queue_.front().Fail(Reason::kStalled, UploadEvent::kFail);
  if (ack_awaited_.IsOverdue(now)) {
    ack_awaited_.End();
    if (!queue_.empty()) queue_.front().Fail(Reason::kStalled, UploadEvent::kFail);
  }
  Pump(now);
  EndUnconfirmed(now);
  EndPaused(now);
}

void Sender::HandleLinkLost(ByteCount drained) {
  for (PendingOffer& offer : offers_) {
    if (offer.said_until > drained) offer.may_be_lost = true;
  }
  for (Upload& upload : held_) {
    // Those of the channel before that one have not been pulled again.
    if (upload.state != UploadState::kSuspended) upload.state = states_.Move(upload.state, UploadEvent::kLinkLost);
  }
  while (Loose<Upload> upload = leaving_.TakeOldest()) Hold(std::move(upload), UploadEvent::kLinkLost);
  while (!queue_.empty()) {
    Loose<Upload> upload = queue_.TakeFront();
    // Its failure waited only for its turn to be told.
    if (upload->HasFailed()) {
      End(*upload, upload->failure_event(), upload->failure(), upload->peer_word());
    } else {
      upload->is_pausing = false;
      Hold(std::move(upload), UploadEvent::kLinkLost);
    }
  }
  credit_awaited_.End();
  ack_awaited_.End();
}

void Sender::HandleLinkUp(Timestamp now, Timestamp heard_until) {
  TellUntold();
  for (Upload& upload : held_) {
    upload.held_since = now;
    upload.ForgetPulls();
  }
  for (Upload& upload : paused_) upload.ForgetPulls();
  for (PendingOffer& offer : offers_) {
    if (offer.said_at + kOnItsWay > heard_until) offer.may_be_lost = true;
    if (!offer.may_be_lost || !offer_pace_.TryTake(now)) continue;
    if (writer_.SendText(wire::WriteOfferFile(offer.file)) != ChannelWriter::TextResult::kAccepted) continue;
    offer.said_at = now;
    offer.said_until = writer_.Accepted();
    offer.may_be_lost = false;
  }
}

void Sender::Close(Reason reason) {
  untold_.Clear();
  // Their end is the session's, and told with it.
  while (Loose<PendingOffer> offer = offers_.TakeOldest())
    states_.Move(UploadState::kOffered, UploadEvent::kSessionEnd);
  while (Loose<Upload> upload = leaving_.TakeOldest()) {
    const bool has_left = upload->end <= writer_.Drained();
    End(*upload, UploadEvent::kSessionEnd, has_left ? Reason::kNone : reason);
  }
  while (Loose<Upload> upload = held_.TakeOldest()) {
    End(*upload, UploadEvent::kSessionEnd, upload->has_left ? Reason::kNone : reason);
  }
  while (Loose<Upload> upload = paused_.TakeOldest()) End(*upload, UploadEvent::kSessionEnd, reason);
  while (Loose<Upload> upload = queue_.TakeFront()) End(*upload, UploadEvent::kSessionEnd, reason);
}

bool Sender::MustSign(const FileInfo& file) const {
  return options_.signer_id && !file.signature &&
         (!file.original_sender_id || file.original_sender_id == options_.signer_id);
}

// What this side would refuse from a peer, a peer of the same kind refuses from this side.
bool Sender::FitsMeta(const FileInfo& file, ByteCount offset) const {
  const Limits& limits = options_.limits;
  std::string meta = wire::WriteMeta(file, options_.identity_created_at, offset);
  // A hash that follows takes no more room in its own message.
  if (file.hash.empty()) meta.append(kHashDigits, '0');
  return file.id.value.size() <= limits.max_id && file.extra.size() <= limits.max_extra &&
         file.name.size() <= limits.max_name && file.mime.size() <= limits.max_mime &&
         file.hash.size() <= limits.max_id &&
         (!file.original_sender_id || file.original_sender_id->size() <= limits.max_id) &&
         (!file.signature || file.signature->size() <= limits.max_signature) &&
         (!file.public_key || file.public_key->size() <= limits.max_signature) && writer_.FitsOneMessage(meta);
}

bool Sender::IsKnown(const TransferId& id) const {
  return offers_.Contains(id) || queue_.Contains(id) || leaving_.Contains(id.value) || held_.Contains(id.value) ||
         paused_.Contains(id.value);
}

void Sender::KeepOffers(Timestamp now) {
  if (peer_.Understands(wire::Feature::kPause)) offers_.Keep(now);
}

void Sender::DropExpiredOffers(Timestamp now) {
  for (int dropped = 0; dropped < kExpiredPerCall; ++dropped) {
    Loose<PendingOffer> offer = offers_.TakeExpired(now);
    if (!offer) return;
    End(*offer, UploadEvent::kExpire, Reason::kOfferExpired);
  }
}

bool Sender::AbortFront() {
  const Upload& upload = queue_.front();
  // While the outbox is full the file keeps its place: the next one must not begin before the peer is told of this one.
  if (writer_.SendText(wire::WriteTransferAbort(upload.file().id, CodeOf(upload.failure()))) ==
      ChannelWriter::TextResult::kFull) {
    return false;
  }
  Loose<Upload> failed = queue_.TakeFront();
  End(*failed, failed->failure_event(), failed->failure(), failed->peer_word());
  return true;
}

void Sender::EndDrained(Timestamp now) {
  while (!leaving_.empty() && leaving_.front().end <= writer_.Drained()) {
    Loose<Upload> upload = leaving_.TakeOldest();
    upload->has_left = true;
    if (peer_.Understands(wire::Feature::kReceipt)) {
      upload->held_since = now;
      Hold(std::move(upload), UploadEvent::kLeave);
    } else {
      End(*upload, UploadEvent::kSent, Reason::kNone);
    }
  }
}

void Sender::EndUnconfirmed(Timestamp now) {
  for (int ended = 0; ended < kExpiredPerCall; ++ended) {
    const std::optional<Timestamp> due = NextReceiptDeadline();
    if (!due || now < *due) return;
    Loose<Upload> upload = held_.TakeOldest();
    End(*upload, UploadEvent::kExpire, upload->has_left ? Reason::kNone : Reason::kChannelError);
  }
}

void Sender::Hold(Loose<Upload> upload, UploadEvent event) {
  upload->state = states_.Move(upload->state, event);
  held_.Add(std::move(upload));
}

std::optional<ByteCount> Sender::NextDrain() const {
  if (leaving_.empty()) return std::nullopt;
  return leaving_.front().end;
}

std::optional<Timestamp> Sender::NextReadDeadline() const {
  return Earlier(queue_.NextDeadline(), Earlier(credit_awaited_.Deadline(), ack_awaited_.Deadline()));
}

std::optional<Timestamp> Sender::NextReceiptDeadline() const {
  // Without a channel the whole session has a deadline.
  if (held_.empty() || !writer_.IsOpen()) return std::nullopt;
  return held_.front().held_since + options_.timeouts.receipt;
}

std::optional<Timestamp> Sender::NextPausedDeadline() const {
  if (paused_.empty() || !writer_.IsOpen()) return std::nullopt;
  return paused_.front().held_since + options_.timeouts.paused;
}

void Sender::End(const PendingOffer& offer, UploadEvent event, Reason reason, const PeerWord& word) {
  states_.Move(UploadState::kOffered, event);
  Tell(offer.key, reason, word);
}

void Sender::End(Upload& upload, UploadEvent event, Reason reason, const PeerWord& word) {
  upload.state = states_.Move(upload.state, event);
  Tell(upload.key(), reason, word);
}

void Sender::Tell(TransferKey key, Reason reason, const PeerWord& word) {
  actions_.Push(UploadEnded{
      .transfer = key, .reason = reason, .peer_reason = word.reason, .peer_detail = std::string(word.detail)});
}

void Sender::EndConfirmed(Upload& upload) {
  upload.state = states_.Move(upload.state, UploadEvent::kConfirm);
  actions_.Push(UploadEnded{.transfer = upload.key(), .reason = Reason::kNone, .is_delivered = true});
}

}  // namespace peer_session
