#include "send/sender.h"

#include <algorithm>
#include <string>
#include <utility>

#include "wire/hash.h"
#include "wire/write.h"

namespace peer_session {
namespace {

// Expired offers are dropped a handful at a time, so that no call pays for all of them. More than one a call, so that
// they go faster than new ones come.
constexpr int kExpiredPerCall = 64;

Reason ReasonOf(ChannelWriter::TextResult result) {
  return result == ChannelWriter::TextResult::kTooLong ? Reason::kMessageTooLong : Reason::kChannelFull;
}

}  // namespace

Sender::Sender(const Options& options, ActionQueue& actions, ChannelWriter& writer)
    : options_(options),
      actions_(actions),
      writer_(writer),
      offers_(options.timeouts.offer),
      queue_(options, actions) {}

void Sender::Offer(Timestamp now, TransferKey key, FileInfo file, bool is_news) {
  if (!writer_.IsOpen()) {
    actions_.Push(UploadEnded{key, Reason::kNotOpen});
    return;
  }
  if (!NormalizeHash(file.hash)) {
    actions_.Push(UploadEnded{key, Reason::kInvalidHash});
    return;
  }
  // Room for `meta`, the longer of the two messages, is checked now: an offer that cannot be honoured is not made.
  // A signature comes later: one that does not fit is left out.
  if (!FitsMeta(file)) {
    actions_.Push(UploadEnded{key, Reason::kMessageTooLong});
    return;
  }
  if (is_news) {
    // A peer of this kind passes over what comes faster, and nobody would know.
    if (!offer_pace_.TryTake(now)) {
      actions_.Push(UploadEnded{key, Reason::kChannelFull});
      return;
    }
    const ChannelWriter::TextResult result = writer_.SendText(wire::WriteOfferFile(file));
    if (result != ChannelWriter::TextResult::kAccepted) {
      actions_.Push(UploadEnded{key, ReasonOf(result)});
      return;
    }
  }
  if (!offers_.Add(PendingOffer{.key = key, .file = std::move(file), .made_at = now})) {
    // The caller repeated an id; the offer that stands under it already keeps it.
    actions_.Push(UploadEnded{key, Reason::kOfferEvicted});
  }
  if (offers_.size() > options_.limits.max_offers) {
    if (std::optional<PendingOffer> oldest = offers_.TakeOldest()) {
      actions_.Push(UploadEnded{oldest->key, Reason::kOfferEvicted});
    }
  }
  DropExpiredOffers(now);
}

bool Sender::HandlePullRequest(Timestamp now, const TransferId& id) {
  std::optional<PendingOffer> offer = offers_.Consume(id, now);
  if (!offer) return false;
  const bool must_sign = MustSign(offer->file);
  Upload upload(offer->key, std::move(offer->file));
  if (must_sign) upload.NeedSignature();
  queue_.Append(std::move(upload));
  Pump(now);
  return true;
}

void Sender::HandleAbort(Timestamp now, const TransferId& id) {
  const std::optional<TransferKey> key = queue_.RemoveUnbegun(id);
  if (!key) return;
  actions_.Push(UploadEnded{*key, Reason::kAbortedByPeer});
  Pump(now);
}

void Sender::HandleBlockReady(Timestamp now, TransferKey key) {
  Upload* upload = queue_.FindReading(key);
  if (upload == nullptr) return;
  upload->FinishRead();
  Pump(now);
}

void Sender::HandleBlockFailed(Timestamp now, TransferKey key) {
  Upload* upload = queue_.FindReading(key);
  if (upload == nullptr) return;
  upload->Fail(Reason::kUnreadable);
  Pump(now);
}

void Sender::HandleSigned(Timestamp now, TransferKey key, std::string signature, std::string public_key) {
  Upload* upload = queue_.FindSigning(key);
  if (upload == nullptr) return;
  upload->Sign(std::move(signature), std::move(public_key));
  if (!FitsMeta(upload->file())) {
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
  EndDrained();
  Pump(now);
}

void Sender::Pump(Timestamp now) {
  while (!queue_.empty()) {
    queue_.ReadAhead(now);
    Upload& upload = queue_.front();
    if (upload.HasFailed()) {
      if (!AbortFront()) return;
      continue;
    }
    if (!upload.IsReady()) return;
    if (writer_.Window() == ByteCount()) {
      writer_.WantWindow();
      return;
    }
    if (!upload.HasBegun()) {
      upload.Begin();
      // Cannot fail: its length was checked with the offer, and an open window means an empty outbox.
      writer_.SendText(wire::WriteMeta(upload.file(), options_.identity_created_at));
    }
    // A file's first message goes alone, so that its first progress is told, and a close() in answer heard, before more.
    const bool is_first = upload.sent() == ByteCount();
    const ByteCount room = is_first ? std::min(writer_.Window(), writer_.MessageSize()) : writer_.Window();
    const ByteCount length = std::min(upload.Sendable(), room);
    if (length > ByteCount()) {
      writer_.SendBytes(upload.key(), upload.sent(), length, upload.file().size);
      upload.Sent(length);
    } else if (!upload.IsComplete() && upload.Sendable() == ByteCount()) {
      return;  // the next block is being read
    }
    if (upload.IsComplete()) {
      leaving_.Push(Leaving{.key = upload.key(), .end = writer_.Accepted()});
      queue_.PopFront();
    } else if (is_first && length > ByteCount()) {
      writer_.WantTurn();
      return;
    }
  }
}

void Sender::HandleTimeout(Timestamp now) {
  DropExpiredOffers(now);
  queue_.EndOverdueWaits(now);
  Pump(now);
}

void Sender::Close(Reason reason) {
  offers_.Clear();
  EndDrained();
  for (const Leaving& upload : leaving_) actions_.Push(UploadEnded{upload.key, reason});
  leaving_.Clear();
  while (!queue_.empty()) EndFront(reason);
}

bool Sender::MustSign(const FileInfo& file) const {
  return options_.signer_id && !file.signature &&
         (!file.original_sender_id || file.original_sender_id == options_.signer_id);
}

// What this side would refuse from a peer, a peer of the same kind refuses from this side.
bool Sender::FitsMeta(const FileInfo& file) const {
  const Limits& limits = options_.limits;
  return file.id.value.size() <= limits.max_id && file.name.size() <= limits.max_name &&
         file.mime.size() <= limits.max_mime && file.hash.size() <= limits.max_id &&
         (!file.original_sender_id || file.original_sender_id->size() <= limits.max_id) &&
         (!file.signature || file.signature->size() <= limits.max_signature) &&
         (!file.public_key || file.public_key->size() <= limits.max_signature) &&
         writer_.FitsOneMessage(wire::WriteMeta(file, options_.identity_created_at));
}

void Sender::DropExpiredOffers(Timestamp now) {
  for (int dropped = 0; dropped < kExpiredPerCall; ++dropped) {
    std::optional<PendingOffer> offer = offers_.TakeExpired(now);
    if (!offer) return;
    actions_.Push(UploadEnded{offer->key, Reason::kOfferExpired});
  }
}

bool Sender::AbortFront() {
  const Upload& upload = queue_.front();
  const Reason failure = upload.failure();
  // While the outbox is full the file keeps its place: the next one must not begin before the peer is told of this one.
  if (writer_.SendText(wire::WriteTransferAbort(upload.file().id, CodeOf(failure))) ==
      ChannelWriter::TextResult::kFull) {
    return false;
  }
  EndFront(failure);
  return true;
}

void Sender::EndDrained() {
  while (!leaving_.empty() && leaving_.front().end <= writer_.Drained()) {
    actions_.Push(UploadEnded{leaving_.front().key, Reason::kNone});
    leaving_.PopFront();
  }
}

std::optional<ByteCount> Sender::NextDrain() const {
  if (leaving_.empty()) return std::nullopt;
  return leaving_.front().end;
}

void Sender::EndFront(Reason reason) {
  actions_.Push(UploadEnded{queue_.front().key(), reason});
  queue_.PopFront();
}

}  // namespace peer_session
