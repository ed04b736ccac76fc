#include "scenario/simulation/upload_book.h"

#include <algorithm>

namespace peer_session::simulation {
namespace {

// Ends that come in one call, if they are due at once; the rest has a deadline that is over, too.
constexpr std::size_t kEndedAtOnce = 64;

}  // namespace

void UploadBook::HeardPull(const HeardText& request, bool was_taken, bool peer_resumes) {
  Upload* upload = Find(request.id());
  if (upload == nullptr || upload->has_ended) return;
  if (was_taken) {
    upload->is_pulled = true;
    ++pulled_;
  }
  if (!upload->is_pulled) return;
  // It has come to its end there.
  if (current_ != nullptr && &current_->second == upload && upload->so_far == upload->file->size) current_ = nullptr;
  upload->asked_from = request.Number("offset").value_or(0);
  upload->awaited_since.reset();
  // One from beyond its end is passed over; of a peer that does not resume it is one from the beginning.
  if (!peer_resumes || upload->asked_from <= upload->file->size) {
    upload->paused_since.reset();
    upload->is_paused = upload->is_suspended = false;
  }
  upload->is_asked_for = true;
  // Of several requests, which only strangers make, any may be the one that counts.
  const std::optional<std::int64_t> credit = request.Number("credit");
  if (facts_.is_honest || was_taken) {
    upload->credit = credit;
  } else {
    upload->credit = std::nullopt;
  }
}

void UploadBook::HeardCancel(const HeardText& cancel) {
  Upload* upload = Find(cancel.id());
  if (upload == nullptr || upload->has_ended) return;
  upload->peer_details.push_back(cancel.detail());
  upload->is_stopped = true;
  upload->was_cancelled = true;
}

void UploadBook::HeardPause(const std::string& id) {
  Upload* upload = Find(id);
  if (upload == nullptr || !upload->is_pulled || upload->has_ended) return;
  if (!upload->is_suspended) return;
  upload->awaited_since.reset();
  upload->is_paused = true;
}

std::string_view UploadBook::Paused(TransferKey key, Timestamp now) {
  Upload& upload = uploads_.at(key);
  if (!upload.is_pulled || upload.has_ended || upload.is_paused) return "an upload paused that is not under way";
  if (upload.is_stopped) return "an upload paused that was given up";
  const bool is_begun = upload.has_begun && !upload.is_asked_for;
  if (is_begun && upload.so_far == upload.file->size) return "an upload paused that was handed over whole";
  upload.is_paused = true;
  upload.paused_since = now;
  upload.has_begun = upload.is_asked_for = false;
  upload.ends_at.reset();
  upload.awaited_since.reset();
  return "";
}

bool UploadBook::IsIdle() const {
  return std::none_of(uploads_.begin(), uploads_.end(), [](const auto& item) {
    return item.second.is_pulled && !item.second.has_ended && !item.second.is_paused;
  });
}

void UploadBook::HeardCredit(const HeardText& credit) {
  Upload* upload = Find(credit.id());
  const std::optional<std::int64_t> up_to = credit.Number("upTo");
  if (upload == nullptr || !upload->credit || !up_to) return;
  upload->credit = std::max(*upload->credit, *up_to);
}

void UploadBook::Withdrawn(const std::string& id) {
  Upload* upload = Find(id);
  if (upload == nullptr || upload->ends_at) return;
  // What is in the channel whole is not taken back; nor what has no bytes, whose description may wait for the channel.
  if (!upload->is_pulled || upload->asked_from != upload->file->size) upload->is_stopped = true;
}

void UploadBook::ReadEnded(TransferKey key, std::uint32_t number, std::int64_t length) {
  Upload& upload = uploads_.at(key);
  // It was asked for in an earlier pull, and is not wanted any more.
  if (number != upload.last_read) return;
  if (length > 0) upload.requested = upload.readable + length;
  upload.readable = upload.requested;
}

std::int64_t UploadBook::BeingRead(TransferKey key) const {
  const auto found = uploads_.find(key);
  return found == uploads_.end() ? 0 : found->second.requested - found->second.readable;
}

std::string_view UploadBook::Hashes(TransferKey key) {
  const auto found = uploads_.find(key);
  if (found == uploads_.end() || found->second.has_ended) return "a hash of what has ended";
  Upload& upload = found->second;
  if (!upload.file->hash.empty()) return "a hash of what has one";
  upload.is_hashed = true;
  return upload.ever_handed.total() == upload.file->size ? "" : "a hash of what was not handed over whole";
}

std::string_view UploadBook::SaysEnd(const HeardText& end) {
  Upload* upload = Find(end.id());
  if (upload == nullptr || !upload->file->hash.empty()) return "the end of a file that has its hash";
  // It may have been given up since, while this waited for room.
  if (!upload->is_hashed) return "an end without its hash";
  upload->has_said_end = true;
  return end.hash() == upload->file->content_hash ? "" : "an end with another hash";
}

void UploadBook::HeardAck(Lane lane, std::int64_t total) {
  carried_.Acknowledged(lane, total);
  if (current_ != nullptr && IsWhole(*current_)) current_->second.was_sent_whole = true;
}

bool UploadBook::LaneLost(Lane lane) {
  const std::deque<Carried::Piece> pieces = carried_.Lost(lane);
  for (const Carried::Piece& piece : pieces) {
    Upload& upload = uploads_.at(piece.transfer);
    if (piece.begun == upload.begun) upload.handed.Remove(piece.begin, piece.end);
  }
  return !pieces.empty();
}

void UploadBook::LinkLost() {
  carried_.LostAll();
  current_ = nullptr;
  for (auto& [key, upload] : uploads_) {
    upload.has_begun = false;
    upload.ends_at.reset();
    upload.awaited_since.reset();
    upload.is_suspended = upload.is_pulled && !upload.has_ended;
  }
}

void UploadBook::LinkUp(Timestamp now) {
  for (auto& [key, upload] : uploads_) {
    if (upload.is_pulled && !upload.has_ended && !upload.is_paused) upload.awaited_since = now;
  }
}

void UploadBook::ToldDrained(std::int64_t position, Timestamp now) {
  for (auto& [key, upload] : uploads_) {
    const bool is_awaited = !upload.has_ended && !upload.is_asked_for && !upload.awaited_since;
    if (!is_awaited || !upload.ends_at || *upload.ends_at > position) continue;
    upload.awaited_since = now;
  }
}

std::string_view UploadBook::ToldPulled(TransferKey key) {
  const auto found = uploads_.find(key);
  if (found == uploads_.end() || found->second.has_ended) return "a pull of what has ended, or was never offered";
  return std::exchange(found->second.is_told, true) ? "a first pull that is told twice" : "";
}

std::string_view UploadBook::SaysMeta(const HeardText& meta) {
  Item* item = FindItem(meta.id());
  if (item == nullptr || !item->second.is_pulled) return "a meta of what nobody has pulled";
  Upload* upload = &item->second;
  const std::int64_t offset = meta.Number("offset").value_or(0);
  if (offset == upload->file->size) upload->was_sent_whole = true;
  // It was said before that, and waited for room.
  if (upload->has_ended || upload->is_stopped) return Begin(*item, offset);
  if (facts_.is_honest && offset != upload->asked_from && offset != 0) return "a meta from where nobody asked";
  // Of what is there whole nothing is read.
  const bool was_read = offset == upload->start || offset == upload->file->size;
  if (offset > 0 && !was_read) return "a meta from another byte than was read";
  upload->has_begun = true;
  upload->has_said_end = false;
  upload->is_asked_for = false;
  upload->ends_at.reset();
  upload->start = upload->sent = offset;
  return Begin(*item, offset);
}

std::string_view UploadBook::Begin(Item& item, std::int64_t offset) {
  const bool was_over = current_ == nullptr || IsWhole(*current_);
  current_ = &item;
  Upload& upload = item.second;
  upload.handed = upload.ever_handed = ByteSet::UpTo(offset);
  upload.so_far = offset;
  ++upload.begun;
  upload.known_from.reset();
  return was_over ? "" : "a meta before all of the file before has arrived, or was given up";
}

void UploadBook::SaysAbort(const std::string& id) {
  if (current_ != nullptr && current_->second.file->id == id) current_ = nullptr;
}

std::string_view UploadBook::Asked(const ReadBlock& block) {
  const auto found = uploads_.find(block.transfer);
  if (found == uploads_.end() || !found->second.is_pulled || found->second.has_ended) return "a read without a pull";
  Upload& upload = found->second;
  if (!upload.is_told) return "a read before it is told that the peer has pulled";
  if (upload.is_stopped) return "a read of what was given up";
  if (upload.is_paused) return "a read of what is paused";
  if (upload.file->once && upload.was_read && block.offset.value() != upload.requested)
    return "a second read of what can be read once";
  upload.was_read = true;
  if (block.number == upload.last_read) return "a read of the same number as the one before";
  upload.last_read = block.number;
  if (block.is_first) {
    // Also of a part that is to be sent again.
    upload.start = upload.requested = upload.readable = upload.sent = block.offset.value();
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
  const std::int64_t begin = bytes.offset.value();
  const std::int64_t end = begin + bytes.length.value();
  if (bytes.length <= ByteCount()) return "no bytes";
  if (begin != upload.sent) return "bytes in another order than they were read, or twice";
  upload.sent = end;
  if (end > upload.readable) return "bytes that were not read";
  if (upload.credit && end > *upload.credit) return "bytes for which the peer has no room";
  if (upload.handed.Count(begin, end) > 0) return "bytes twice, although no channel that had them was lost";
  if (bytes.so_far.value() != std::max(upload.so_far, end)) return "progress that goes back, or too far";
  if (current_ != &*found) return "bytes of a file whose meta was not the last";
  const Lane lane = bytes.lane;
  if (lane != Lane::kFirst) {
    if (upload.file->once) return "bytes on a lane that cannot be read again";
    const bool is_known = upload.known_from && carried_.arrived(Lane::kFirst) >= *upload.known_from;
    if (!is_known) return "bytes on a lane before the peer can know what file they are of";
    on_lanes_ += end - begin;
  }
  again_ += upload.ever_handed.Count(begin, end);
  upload.so_far = bytes.so_far.value();
  upload.handed.Add(begin, end);
  upload.ever_handed.Add(begin, end);
  carried_.Sent(lane, {.transfer = bytes.transfer, .begun = upload.begun, .begin = begin, .end = end});
  if (lane == Lane::kFirst && !upload.known_from) upload.known_from = carried_.handed(Lane::kFirst);
  if (IsWhole(*found)) upload.was_sent_whole = true;
  return "";
}

void UploadBook::HandedOver(std::int64_t position) {
  if (current_ == nullptr) return;
  Upload& upload = current_->second;
  const bool owes_end = upload.file->hash.empty() && !upload.has_said_end;
  const bool is_on_its_way = upload.has_begun && !upload.is_asked_for && !upload.ends_at && !owes_end;
  if (is_on_its_way && IsWhole(*current_)) upload.ends_at = position;
}

std::string_view UploadBook::Ended(const UploadEnded& end) {
  Upload& upload = uploads_.at(end.transfer);
  if (upload.has_ended) return "a second end of one offer";
  upload.has_ended = true;
  upload.is_delivered = end.is_delivered;
  const bool was_pulled = upload.is_pulled;
  if (was_pulled) --pulled_;
  if (was_pulled != upload.is_told) return "a pull that was not told, or told and not made";
  const std::string& id = upload.file->id;
  if (end.is_delivered) {
    // The peer has it all, whatever is said of the channels.
    if (current_ != nullptr && current_->first == end.transfer) current_ = nullptr;
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
      if (!upload.was_cancelled) return "cancelled by nobody";
      return std::find(upload.peer_details.begin(), upload.peer_details.end(), end.peer_detail) !=
                     upload.peer_details.end()
                 ? ""
                 : "cancelled with other words than the peer's";
    case Reason::kHashRequired:
      return was_pulled || !upload.file->hash.empty() ? "a hash is wanted that is there" : "";
    case Reason::kHashFailed:
      return upload.is_hashed ? "" : "a hash failed that nobody computed";
    case Reason::kNotResumable:
      return upload.file->once && upload.was_read ? "" : "called not resumable, and it was not read";
    case Reason::kOfferExpired:
    case Reason::kOfferEvicted:
      return was_pulled && !upload.is_paused ? "an expired offer that was pulled" : "";
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
    if (upload.paused_since && !upload.has_ended && now >= *upload.paused_since + options_.timeouts.paused) ++overdue;
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

UploadBook::Item* UploadBook::FindItem(const std::string& id) {
  const auto found =
      std::find_if(uploads_.begin(), uploads_.end(), [&](const auto& item) { return item.second.file->id == id; });
  return found == uploads_.end() ? nullptr : &*found;
}

UploadBook::Upload* UploadBook::Find(const std::string& id) {
  Item* item = FindItem(id);
  return item == nullptr ? nullptr : &item->second;
}

const UploadBook::Upload* UploadBook::Find(const std::string& id) const {
  const auto found =
      std::find_if(uploads_.begin(), uploads_.end(), [&](const auto& item) { return item.second.file->id == id; });
  return found == uploads_.end() ? nullptr : &found->second;
}

}  // namespace peer_session::simulation
