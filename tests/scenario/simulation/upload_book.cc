#include "scenario/simulation/upload_book.h"

#include <algorithm>

namespace peer_session::simulation {
namespace {

// Ends that come in one call, if they are due at once; the rest has a deadline that is over, too.
constexpr std::size_t kEndedAtOnce = 64;

}  // namespace

void UploadBook::HeardPull(const HeardText& request, bool was_taken) {
  Upload* upload = Find(request.id());
  if (upload == nullptr || upload->has_ended) return;
  if (was_taken) {
    upload->is_pulled = true;
    ++pulled_;
  }
  if (!upload->is_pulled) return;
  upload->asked_from = request.Number("offset").value_or(0);
  upload->awaited_since.reset();
  upload->is_asked_for = true;
  // Of several requests, which only strangers make, any may be the one that counts.
  const std::optional<std::int64_t> credit = request.Number("credit");
  if (facts_.is_honest || was_taken) {
    upload->credit = credit;
  } else {
    upload->credit = std::nullopt;
  }
}

void UploadBook::HeardCancel(const std::string& id) {
  Upload* upload = Find(id);
  if (upload == nullptr || upload->has_ended) return;
  upload->is_stopped = true;
  upload->was_cancelled = true;
}

void UploadBook::HeardCredit(const HeardText& credit) {
  Upload* upload = Find(credit.id());
  const std::optional<std::int64_t> up_to = credit.Number("upTo");
  if (upload == nullptr || !upload->credit || !up_to) return;
  upload->credit = std::max(*upload->credit, *up_to);
}

void UploadBook::Withdrawn(const std::string& id) {
  Upload* upload = Find(id);
  // What is in the channel whole is not taken back.
  if (upload != nullptr && !upload->ends_at) upload->is_stopped = true;
}

void UploadBook::ReadEnded(TransferKey key) {
  Upload& upload = uploads_.at(key);
  upload.readable = upload.requested;
}

void UploadBook::LinkLost() {
  wire_ = {};
  for (auto& [key, upload] : uploads_) {
    upload.has_begun = false;
    upload.ends_at.reset();
    upload.awaited_since.reset();
  }
}

void UploadBook::LinkUp(Timestamp now) {
  for (auto& [key, upload] : uploads_) {
    if (upload.is_pulled && !upload.has_ended) upload.awaited_since = now;
  }
}

void UploadBook::ToldDrained(std::int64_t position, Timestamp now) {
  for (auto& [key, upload] : uploads_) {
    const bool is_awaited = !upload.has_ended && !upload.is_asked_for && !upload.awaited_since;
    if (!is_awaited || !upload.ends_at || *upload.ends_at > position) continue;
    upload.awaited_since = now;
  }
}

std::string_view UploadBook::SaysMeta(const HeardText& meta) {
  Upload* upload = Find(meta.id());
  if (upload == nullptr || !upload->is_pulled) return "a meta of what nobody has pulled";
  const std::int64_t offset = meta.Number("offset").value_or(0);
  if (offset == upload->file->size) upload->was_sent_whole = true;
  // It was said before that, and waited for room.
  if (upload->has_ended || upload->is_stopped) return wire_.Meta(meta.id(), upload->file->size - offset);
  if (facts_.is_honest && offset != upload->asked_from && offset != 0) return "a meta from where nobody asked";
  // Of what is there whole nothing is read.
  const bool was_read = offset == upload->start || offset == upload->file->size;
  if (offset > 0 && !was_read) return "a meta from another byte than was read";
  upload->has_begun = true;
  upload->is_asked_for = false;
  upload->ends_at.reset();
  upload->start = upload->sent = offset;
  return wire_.Meta(meta.id(), upload->file->size - offset);
}

std::string_view UploadBook::Asked(const ReadBlock& block) {
  const auto found = uploads_.find(block.transfer);
  if (found == uploads_.end() || !found->second.is_pulled || found->second.has_ended) return "a read without a pull";
  Upload& upload = found->second;
  if (upload.is_stopped) return "a read of what was given up";
  if (block.is_first) {
    upload.start = upload.requested = upload.readable = block.offset.value();
  } else if (block.offset.value() != upload.requested) {
    return "a read out of order";
  }
  upload.requested += block.length.value();
  return upload.requested > upload.file->size || block.length <= ByteCount() ? "a read past the end, or of nothing"
                                                                             : "";
}

std::string_view UploadBook::Sent(const SendBytes& bytes) {
  const auto found = uploads_.find(bytes.transfer);
  if (found == uploads_.end() || found->second.has_ended) return "bytes of what has ended";
  Upload& upload = found->second;
  if (upload.is_stopped) return "bytes of what was given up";
  if (!upload.has_begun) return "bytes before their meta";
  if (bytes.offset.value() != upload.sent) return "bytes twice, or not all of them";
  upload.sent += bytes.length.value();
  if (upload.sent > upload.readable) return "bytes that were not read";
  if (upload.credit && upload.sent > *upload.credit) return "bytes for which the peer has no room";
  if (upload.sent == upload.file->size) upload.was_sent_whole = true;
  return wire_.Binary(upload.file->id, bytes.length.value());
}

void UploadBook::HandedOver(const std::string& id, std::int64_t position) {
  Upload* upload = Find(id);
  if (upload != nullptr && upload->has_begun && upload->sent == upload->file->size) upload->ends_at = position;
}

std::string_view UploadBook::Ended(const UploadEnded& end) {
  Upload& upload = uploads_.at(end.transfer);
  if (upload.has_ended) return "a second end of one offer";
  upload.has_ended = true;
  upload.is_delivered = end.is_delivered;
  const bool was_pulled = upload.is_pulled;
  if (was_pulled) --pulled_;
  const std::string& id = upload.file->id;
  if (end.is_delivered) {
    if (end.reason != Reason::kNone) return "delivered, and a reason why not";
    const bool is_true = facts_.delivered.contains(id) || facts_.falsely_confirmed.contains(id);
    return is_true ? "" : "called delivered, and the other side has not delivered it";
  }
  switch (end.reason) {
    case Reason::kNone:
      return upload.was_sent_whole ? "" : "called complete, and was not sent whole";
    case Reason::kWithdrawn:
      return facts_.withdrawn.contains(id) ? "" : "withdrawn by nobody";
    case Reason::kAbortedByPeer:
      return upload.was_cancelled ? "" : "cancelled by nobody";
    case Reason::kOfferExpired:
    case Reason::kOfferEvicted:
      return was_pulled ? "an expired offer that was pulled" : "";
    default:
      return "";
  }
}

std::string_view UploadBook::Check(const Stats& stats) const {
  if (stats.queued_uploads + stats.unconfirmed_uploads != pulled_) return "another number of uploads than were pulled";
  return "";
}

std::string_view UploadBook::CheckBounds(Timestamp now) const {
  std::size_t overdue = 0;
  for (const auto& [key, upload] : uploads_) {
    if (upload.has_ended || !upload.awaited_since) continue;
    if (now >= *upload.awaited_since + options_.timeouts.receipt) ++overdue;
  }
  return overdue == 0 || overdue > kEndedAtOnce ? "" : "a suspended or sent file that waits past its bound";
}

std::string_view UploadBook::CheckAllDelivered() const {
  for (const auto& [key, upload] : uploads_) {
    if (!upload.is_pulled || facts_.IsGivenUp(upload.file->id)) continue;
    if (!upload.is_delivered) return "nothing went wrong, and a pulled file is not called delivered";
  }
  return "";
}

const File* UploadBook::FileOf(TransferKey key) const {
  const auto found = uploads_.find(key);
  return found == uploads_.end() ? nullptr : found->second.file;
}

bool UploadBook::WasRefused(const std::string& id) const {
  const Upload* upload = Find(id);
  return upload != nullptr && upload->has_ended && !upload->is_pulled;
}

UploadBook::Upload* UploadBook::Find(const std::string& id) {
  const auto found =
      std::find_if(uploads_.begin(), uploads_.end(), [&](const auto& item) { return item.second.file->id == id; });
  return found == uploads_.end() ? nullptr : &found->second;
}

const UploadBook::Upload* UploadBook::Find(const std::string& id) const {
  const auto found =
      std::find_if(uploads_.begin(), uploads_.end(), [&](const auto& item) { return item.second.file->id == id; });
  return found == uploads_.end() ? nullptr : &found->second;
}

}  // namespace peer_session::simulation
