#include "scenario/simulation/sending_model.h"

#include <algorithm>

namespace peer_session::simulation {

void SendingModel::Offered(TransferKey key, const File* file, Timestamp now) {
  files_.emplace(key, file);
  offers_.emplace(file->id, PendingOffer{.key = key, .file = file, .made_at = now});
}

void SendingModel::PullRequested(const std::string& id, Timestamp now) {
  const auto found = offers_.find(id);
  if (found == offers_.end() || now >= found->second.made_at + options_.timeouts.offer) return;
  queue_.push_back(Upload{.key = found->second.key, .file = found->second.file, .read_began_at = now});
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

void SendingModel::TimePassed(Timestamp now) {
  for (Upload& upload : queue_) {
    if (upload.is_reading && now >= upload.read_began_at + options_.timeouts.read) upload.has_timed_out = true;
  }
}

std::string_view SendingModel::Sent(std::string_view type, const std::string& id) {
  if (type == "meta") {
    if (queue_.empty() || queue_.front().file->id != id) return "a meta that is not the oldest pull's";
    if (queue_.front().has_begun) return "a second meta for one pull";
    queue_.front().has_begun = true;
    return wire_.Meta(id, queue_.front().file->size);
  }
  if (type == "transfer-abort") return wire_.Abort(id);
  return "";
}

std::string_view SendingModel::Sent(const SendBytes& bytes, std::int64_t max_message, std::int64_t buffered) {
  if (queue_.empty() || queue_.front().key != bytes.transfer) return "bytes of a file that is not the oldest pull's";
  Upload& upload = queue_.front();
  const std::int64_t end = (bytes.offset + bytes.length).value();
  if (bytes.offset.value() != upload.sent) return "bytes out of order";
  if (end > upload.readable) return "bytes that were not read";
  if (bytes.message_size.value() <= 0 || bytes.message_size.value() > max_message) {
    return "a message larger than the connection takes";
  }
  if (bytes.message_size > options_.pacing.max_message) return "a message larger than the limit";
  if (buffered + bytes.length.value() >= options_.pacing.high_water.value() + bytes.message_size.value()) {
    return "more in the channel's buffer than the window";
  }
  upload.sent = end;
  return wire_.Binary(upload.file->id, bytes.length.value());
}

std::string_view SendingModel::Asked(const ReadBlock& block, Timestamp now) {
  Upload* upload = Find(block.transfer);
  if (upload == nullptr) return "a read for a file that nobody pulled";
  if (upload->is_reading) return "two reads of one file at once";
  if (block.offset.value() != upload->requested) return "a read out of order";
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

std::string_view SendingModel::Ended(const UploadEnded& end, Timestamp now) {
  if (!queue_.empty() && queue_.front().key == end.transfer) {
    const Upload upload = queue_.front();
    queue_.pop_front();
    if (end.reason == Reason::kNone && upload.sent != upload.file->size) return "an upload that ended before its end";
    if (end.reason == Reason::kUnreadable && !upload.has_failed) return "an upload that failed without a reason";
    if (end.reason == Reason::kReadTimeout && !upload.has_timed_out) return "a read that timed out too early";
    return "";
  }
  if (Find(end.transfer) != nullptr) return "an upload that ended before its turn";
  const auto offer =
      std::find_if(offers_.begin(), offers_.end(), [&](const auto& item) { return item.second.key == end.transfer; });
  if (offer == offers_.end()) return "the end of an offer that had ended";
  const bool is_fresh = now < offer->second.made_at + options_.timeouts.offer;
  offers_.erase(offer);
  if (end.reason == Reason::kNone) return "an offer that ended well without a pull";
  if (end.reason == Reason::kOfferExpired && is_fresh) return "an offer that expired too early";
  return "";
}

const File* SendingModel::FileOf(TransferKey key) const {
  const auto found = files_.find(key);
  return found == files_.end() ? nullptr : found->second;
}

SendingModel::Upload* SendingModel::Find(TransferKey key) {
  const auto found = std::find_if(queue_.begin(), queue_.end(), [&](const Upload& item) { return item.key == key; });
  return found == queue_.end() ? nullptr : &*found;
}

}  // namespace peer_session::simulation
