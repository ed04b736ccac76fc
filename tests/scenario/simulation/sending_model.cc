#include "scenario/simulation/sending_model.h"

#include <algorithm>

#include "scenario/simulation/heard_text.h"

namespace peer_session::simulation {
namespace {

constexpr std::string_view kAbort = R"({"type":"transfer-abort","transferId":"","reason":""})";

// As the endpoint signs.
constexpr std::string_view kSignature = R"(,"signature":"sig","publicKeyBase64":"key")";

bool IsTheEndOfTheSession(Reason reason) {
  return reason == Reason::kClosed || reason == Reason::kChannelError || reason == Reason::kPeerReplaced;
}

bool IsHash(const std::string& hash) {
  return hash.size() == 64 && hash.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
}

}  // namespace

void SendingModel::Offered(TransferKey key, const File* file, Timestamp now, bool is_open) {
  files_.emplace(key, file);
  if (!is_open || is_over_) {
    refused_.emplace(key, Reason::kNotOpen);
  } else if (!IsHash(file->hash)) {
    refused_.emplace(key, Reason::kInvalidHash);
  } else {
    offers_.emplace(file->id, PendingOffer{.key = key, .file = file, .made_at = now});
    offered_ids_.emplace(key, file->id);
  }
}

void SendingModel::PullRequested(const std::string& id, Timestamp now) {
  const auto found = offers_.find(id);
  if (found == offers_.end() || now >= found->second.made_at + options_.timeouts.offer) {
    ignored_.insert(id);
    return;
  }
  queue_.push_back(
      Upload{.key = found->second.key, .file = found->second.file, .number = ++pulls_, .read_began_at = now});
  offers_.erase(found);
}

void SendingModel::ReadEnded(TransferKey key, bool ok) {
  Upload* upload = Find(key);
  if (upload == nullptr || !upload->is_reading || upload->has_failed || upload->has_timed_out) return;
  upload->is_reading = false;
  if (ok) {
    upload->readable = upload->requested;
  } else {
    upload->has_failed = true;
  }
}

void SendingModel::SignEnded(TransferKey key, bool ok) {
  Upload* upload = Find(key);
  if (upload == nullptr || !upload->signing_since || upload->has_failed || upload->has_timed_out) return;
  upload->signing_since.reset();
  upload->is_signed = ok;
}

void SendingModel::TimePassed(Timestamp now) {
  for (Upload& upload : queue_) {
    if (upload.is_reading && now >= upload.read_began_at + options_.timeouts.read) {
      upload.is_reading = false;
      upload.has_timed_out = true;
    }
    if (last_sent_at_ && now >= *last_sent_at_ + options_.timeouts.transfer) upload.may_stall = true;
    if (upload.signing_since && now >= *upload.signing_since + options_.timeouts.read) upload.signing_since.reset();
  }
}

void SendingModel::PullWithdrawn(const std::string& id) {
  for (Upload& upload : queue_) {
    if (upload.file->id == id && !upload.has_begun) upload.is_unwanted = true;
  }
}

std::string_view SendingModel::SentText(const std::string& text) {
  const HeardText said(text);
  const std::string id = said.id();
  if (said.type() == "transfer-abort") return SentAbort(id);
  if (said.type() != "meta") return "";
  // What failed while its meta waited to be sent is aborted behind it.
  const bool is_failed = !untold_.empty() && untold_.front().file->id == id;
  if (!is_failed && (queue_.empty() || queue_.front().file->id != id)) return "a meta that is not the oldest pull's";
  Upload& upload = is_failed ? untold_.front() : queue_.front();
  if (!untold_.empty() && untold_.front().number < upload.number)
    return "a meta before the abort of the file before it";
  if (upload.has_begun) return "a second meta for one pull";
  if (upload.readable == 0 && upload.file->size > 0) return "a meta before its file could be read";
  if (upload.signing_since || (IsOwn(*upload.file) && !upload.was_signing_asked)) return "a meta before its signature";
  const bool fits = static_cast<std::int64_t>(text.size() + kSignature.size()) <= max_message_;
  const bool is_signed = said.Has("signature");
  if (is_signed != upload.is_signed && (is_signed || fits)) return "a meta with another signature than was made";
  upload.has_begun = true;
  return wire_.Meta(id, upload.file->size);
}

std::string_view SendingModel::SentAbort(const std::string& id) {
  if (!untold_.empty() && untold_.front().file->id == id) {
    untold_.pop_front();
    return wire_.Abort(id);
  }
  if (!untold_.empty() || queue_.empty() || queue_.front().file->id != id)
    return "an abort that is not the oldest pull's";
  Upload& upload = queue_.front();
  if (!upload.has_failed && !upload.has_timed_out && !upload.may_stall) return "an abort of what has not failed";
  upload.is_aborted = true;
  return wire_.Abort(id);
}

std::string_view SendingModel::SentBytes(const SendBytes& bytes, Timestamp now) {
  if (queue_.empty() || queue_.front().key != bytes.transfer) return "bytes of a file that is not the oldest pull's";
  Upload& upload = queue_.front();
  const std::int64_t end = (bytes.offset + bytes.length).value();
  if (!upload.has_begun) return "bytes before their meta";
  if (bytes.offset.value() != upload.sent) return "bytes out of order";
  if (end > upload.readable) return "bytes that were not read";
  if (bytes.message_size.value() <= 0 || bytes.message_size.value() > max_message_) {
    return "a message larger than the connection takes";
  }
  if (bytes.message_size > options_.pacing.max_message) return "a message larger than the limit";
  const std::int64_t window = std::min(options_.pacing.high_water, options_.pacing.max_buffered).value();
  if (channel_.buffered() + bytes.length.value() >= std::max<std::int64_t>(window, 1) + bytes.message_size.value()) {
    return "more in the channel's buffer than the window";
  }
  upload.sent = end;
  last_sent_at_ = now;
  for (Upload& queued : queue_) queued.may_stall = false;
  return wire_.Binary(upload.file->id, bytes.length.value());
}

void SendingModel::HandedOver() {
  if (queue_.empty() || !queue_.front().has_begun || queue_.front().sent != queue_.front().file->size) return;
  leaving_.push_back(Leaving{.key = queue_.front().key, .end = channel_.handed()});
  queue_.pop_front();
}

std::string_view SendingModel::Asked(const ReadBlock& block, Timestamp now) {
  Upload* upload = Find(block.transfer);
  if (upload == nullptr) return "a read for a file that nobody pulled";
  if (upload->is_reading) return "two reads of one file at once";
  if (upload->has_failed || upload->has_timed_out) return "a read of what has failed";
  if (block.offset.value() != upload->requested) return "a read out of order";
  if (block.length <= ByteCount()) return "a read of nothing";
  if (block.length > options_.pacing.block) return "a read longer than a block";
  upload->is_reading = true;
  upload->read_began_at = now;
  upload->requested += block.length.value();
  if (upload->requested > upload->file->size) return "a read past the end";

  std::int64_t held = 0;
  std::size_t files = 0;
  for (const Upload& queued : queue_) {
    held += queued.requested - queued.sent;
    if (queued.requested > queued.sent) ++files;
  }
  if (held > options_.pacing.read_ahead.value() && held > block.length.value()) return "more read than the window";
  if (files > options_.pacing.read_ahead_files) return "more files read ahead than the limit";
  return "";
}

std::string_view SendingModel::Asked(const SignFile& sign, Timestamp now) {
  Upload* upload = Find(sign.transfer);
  if (upload == nullptr) return "a signature for a file that nobody pulled";
  if (upload->was_signing_asked) return "a second signature for one pull";
  if (!IsOwn(*upload->file)) return "a signature for somebody else's file";
  if (sign.file.id.value != upload->file->id) return "a signature for another file";
  upload->was_signing_asked = true;
  upload->signing_since = now;
  return "";
}

std::string_view SendingModel::Ended(const UploadEnded& end, Timestamp now) {
  if (!leaving_.empty() && leaving_.front().key == end.transfer) {
    const Leaving upload = leaving_.front();
    leaving_.pop_front();
    if (end.reason == Reason::kNone) {
      return channel_.drained() < upload.end ? "an upload called complete whose bytes are still here" : "";
    }
    failed_.insert(files_.at(end.transfer)->id);
    return is_over_ && IsTheEndOfTheSession(end.reason) ? "" : "an upload that failed after it was sent";
  }
  const auto found =
      std::find_if(queue_.begin(), queue_.end(), [&](const Upload& item) { return item.key == end.transfer; });
  if (found == queue_.end()) return EndedBeforeAPull(end, now);
  // An empty file is on its way, and nobody's turn, as soon as its `meta` waits to be sent.
  const bool is_its_turn = std::all_of(queue_.begin(), found, [](const Upload& item) { return item.file->size == 0; });
  const Upload upload = *found;
  queue_.erase(found);
  failed_.insert(upload.file->id);
  if (is_refused_ && end.reason != Reason::kNone) return "";
  if (end.reason == Reason::kAbortedByPeer) return upload.is_unwanted ? "" : "an upload that the peer did not abort";
  if (!is_its_turn || (!leaving_.empty() && is_over_)) return "an upload that ended before its turn";
  return Failed(upload, end.reason);
}

std::string_view SendingModel::Failed(const Upload& upload, Reason reason) {
  if (reason == Reason::kNone) return "an upload called complete that was not sent whole";
  if (IsTheEndOfTheSession(reason)) return is_over_ ? "" : "an upload that failed without a reason";
  if (reason == Reason::kUnreadable && !upload.has_failed) return "an upload that failed without a reason";
  if (reason == Reason::kReadTimeout && !upload.has_timed_out) return "a read that timed out too early";
  if (reason == Reason::kStalled && !upload.may_stall) return "an upload given up too early";
  if (reason != Reason::kUnreadable && reason != Reason::kReadTimeout && reason != Reason::kStalled)
    return "an upload that failed without a reason";
  const auto length = static_cast<std::int64_t>(kAbort.size() + upload.file->id.size() + CodeOf(reason).size());
  if (!upload.is_aborted && length <= max_message_) untold_.push_back(upload);
  return "";
}

std::string_view SendingModel::EndedBeforeAPull(const UploadEnded& end, Timestamp now) {
  if (const auto refused = refused_.find(end.transfer); refused != refused_.end()) {
    const Reason reason = refused->second;
    refused_.erase(refused);
    return end.reason == reason ? "" : "an offer refused for another reason";
  }
  const auto id = offered_ids_.find(end.transfer);
  const auto offer = id == offered_ids_.end() ? offers_.end() : offers_.find(id->second);
  if (offer == offers_.end() || offer->second.key != end.transfer) return "the end of an offer that had ended";
  const std::size_t pending = offers_.size();
  const bool is_fresh = now < offer->second.made_at + options_.timeouts.offer;
  offers_.erase(offer);
  switch (end.reason) {
    case Reason::kOfferExpired:
      return is_fresh ? "an offer that expired too early" : "";
    case Reason::kOfferEvicted:
      return pending > options_.limits.max_offers ? "" : "an offer that made room for none";
    case Reason::kMessageTooLong:
    case Reason::kChannelFull:
      return "";
    default:
      return "an offer that ended for no reason";
  }
}

std::string_view SendingModel::CheckSettled() const {
  if (!refused_.empty()) return "an offer that was refused without a word";
  if (is_over_ && queued() > 0) return "an upload that goes on after the channel's end";
  if (!is_over_ && !leaving_.empty() && told_drained_ >= leaving_.front().end) {
    return "an upload has left and is not called complete";
  }
  return "";
}

std::string_view SendingModel::CheckAllEnded() const { return queued() == 0 ? "" : "an upload that never ended"; }

const File* SendingModel::FileOf(TransferKey key) const {
  const auto found = files_.find(key);
  return found == files_.end() ? nullptr : found->second;
}

bool SendingModel::IsOwn(const File& file) const {
  return options_.signer_id && (!file.sender || file.sender == options_.signer_id);
}

SendingModel::Upload* SendingModel::Find(TransferKey key) {
  const auto found = std::find_if(queue_.begin(), queue_.end(), [&](const Upload& item) { return item.key == key; });
  return found == queue_.end() ? nullptr : &*found;
}

}  // namespace peer_session::simulation
