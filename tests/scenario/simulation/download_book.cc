#include "scenario/simulation/download_book.h"

#include <iterator>

namespace peer_session::simulation {

void DownloadBook::Pulled(TransferKey key, const std::string& id, std::int64_t room) {
  downloads_[key].id = id;
  downloads_[key].room = room;
  downloads_[key].was_asked_before = asked_.contains(id);
  open_[id] = key;
}

void DownloadBook::PartialFound(TransferKey key, std::int64_t have, Timestamp now) {
  Download& download = downloads_.at(key);
  if (!download.is_looking_up) return;
  download.was_answered = true;
  const bool is_late = now >= *download.looking_since + options_.timeouts.read;
  // It may have been told that time has passed, or not.
  if (is_late) download.may_have_no_answer = true;
  if (have == download.found.have) {
    download.stored = ByteSet::UpTo(have);
    download.is_sound = have == 0 || download.found.is_sound;
    if (download.room > 0) {
      download.taken = have;
      download.goes_on = have > 0;
    }
  }
}

void DownloadBook::HeardMeta(const HeardText& meta, bool peer_resumes) {
  for (auto& [id, key] : open_) downloads_.at(key).is_running = false;
  Download* download = Open(meta.id());
  if (download == nullptr || download->is_verifying || !meta.NamesAFile(/*may_follow=*/peer_resumes)) return;
  download->meta_offset = peer_resumes ? meta.Number("offset").value_or(0) : 0;
  download->meta_size = *meta.size();
  download->meta_hash = meta.hash();
  download->hash_follows = !meta.Has("hash");
}

void DownloadBook::HeardEnd(const HeardText& end) {
  Download* download = Open(end.id());
  if (download != nullptr && download->is_running && download->meta_hash.empty()) download->meta_hash = end.hash();
}

void DownloadBook::LinkLost() {
  unsaid_.clear();
  asked_.clear();
  for (auto& [id, key] : open_) {
    Download& download = downloads_.at(key);
    download.is_running = false;
    // What lies behind a gap is not asked for by itself.
    if (!download.is_verifying) download.stored = ByteSet::UpTo(download.here());
    download.asked_from.reset();
    download.granted.reset();
  }
}

void DownloadBook::Cancelled(const std::string& id) {
  if (Download* download = Open(id)) download->was_cancelled = true;
}

void DownloadBook::PauseWanted(const std::string& id) {
  if (Download* download = Open(id)) download->may_pause = true;
}

std::string_view DownloadBook::Paused(TransferKey key, bool is_paused) {
  Download& download = downloads_.at(key);
  if (download.has_ended) return "news of a pause of what has ended";
  if (is_paused == download.is_paused) return "paused or resumed twice";
  download.is_paused = is_paused;
  if (!is_paused) {
    --paused_;
    download.may_pause = false;
    return "";
  }
  ++paused_;
  if (!download.may_pause) return "a pull paused by nobody";
  if (download.is_verifying) return "a pull paused that is whole";
  download.is_running = false;
  download.stored = ByteSet::UpTo(download.here());
  download.asked_from.reset();
  download.granted.reset();
  return "";
}

std::string_view DownloadBook::CheckResumed(const std::string& id) const {
  const Download* download = Open(id);
  return download != nullptr && download->is_paused ? "a pull that was resumed and is paused" : "";
}

std::vector<std::string> DownloadBook::AllOpen() const {
  std::vector<std::string> ids;
  for (const auto& [id, key] : open_) ids.push_back(id);
  return ids;
}

std::string_view DownloadBook::CheckCancelled(const std::string& id) const {
  const Download* download = Open(id);
  // What is whole ends in its turn.
  return download == nullptr || download->is_verifying ? "" : "a pull that was cancelled and goes on";
}

std::string_view DownloadBook::LooksUp(const FindPartial& find, Shelf::Part part, Timestamp now) {
  Download& download = downloads_.at(find.transfer);
  if (download.room == 0 && find.hash.empty()) return "a look for what is here of a content without a name";
  // The request of an earlier pull that waited for room was taken for that of this one, whose turn to ask comes now.
  if (download.may_be_asked_by_another && TakeUnsaid(download.id)) download.asked_from.reset();
  if (download.is_looking_up || download.asked_from) return "a second look for what is here";
  download.is_looking_up = true;
  download.looking_since = now;
  download.found = part;
  download.hash = find.hash;
  return "";
}

std::string_view DownloadBook::Asks(const HeardText& request) {
  const std::string id = request.id();
  asked_.insert(id);
  Download* download = Open(id);
  if (download == nullptr) return TakeUnsaid(id) || IsUnsure(id) ? "" : "a request for what nobody has pulled";
  if (download->is_paused) return TakeUnsaid(id) || IsUnsure(id) ? "" : "a request for what is paused";
  if (download->is_verifying) return IsUnsure(id) ? "" : "a request for what is whole";
  const bool is_of_another = download->is_looking_up && !download->was_answered && TakeUnsaid(id);
  if (is_of_another) return "";
  const std::int64_t offset = request.Number("offset").value_or(0);
  if (download->asked_from || offset != download->here()) {
    // The answer came too late; or an earlier pull's request, which had waited for room, is said only now.
    const bool may_be_none_here = !download->asked_from && offset == 0 && download->may_have_no_answer;
    const bool is_of_an_earlier_pull = TakeUnsaid(id);
    if (!is_of_an_earlier_pull && !may_be_none_here && !IsUnsure(id))
      return "a second request, or not from the first byte that is missing";
    if (offset != download->here() && (is_of_an_earlier_pull || !may_be_none_here)) return "";
  }
  download->is_looking_up = false;
  download->asked_from = offset;
  download->may_be_asked_by_another = unsaid_.contains(id);
  const std::optional<std::int64_t> credit = request.Number("credit");
  download->is_bound = credit.has_value();
  // It may be an earlier pull's.
  const bool is_its_own = unsaid_.empty() && !download->was_asked_before;
  if (is_its_own && credit && download->room == 0) return "a word of room, and it goes into memory";
  if (is_its_own && credit && *credit > download->taken + download->room) return "more room said than there is";
  if (offset == download->here()) return "";
  download->stored = {};
  download->is_sound = true;
  return "";
}

// When requests wait for room, a stranger may begin a file before, and an earlier pull's may be taken for a later one's.
bool DownloadBook::IsUnsure(const std::string& id) const { return !facts_.is_honest || unsure_.contains(id); }

std::string_view DownloadBook::Discards(TransferKey key, bool may_resume) {
  Download& download = downloads_.at(key);
  const bool is_of_no_use = download.is_looking_up && download.was_answered && (!may_resume || download.hash.empty());
  if (!download.is_verifying && !is_of_no_use) return "a part discarded that was not verified";
  if (download.was_discarded) return "a part discarded twice";
  if (download.room > 0 && !download.goes_on) return "a sink begins anew that had nothing";
  if (download.is_verifying && download.is_sound && download.meta_hash == download.hash && facts_.is_honest)
    return "a part discarded without need";
  download.taken = 0;
  download.goes_on = false;
  download.was_discarded = true;
  download.is_verifying = false;
  download.asked_from.reset();
  download.stored = {};
  download.is_sound = true;
  return "";
}

std::string_view DownloadBook::Begins(TransferKey key) {
  Download& download = downloads_.at(key);
  // An earlier pull's request serves a later one, too.
  const bool was_asked = asked_.contains(download.id) || IsUnsure(download.id);
  if (!download.asked_from) unsure_.insert(download.id);
  if (download.is_paused) return "a file begins that is paused";
  if (download.has_ended || !was_asked || download.is_verifying) return "a file begins that was not asked for";
  if (download.meta_offset == 0) {
    download.stored = {};
    download.is_sound = true;
    download.content.clear();
  } else if (download.meta_offset != download.asked_from.value_or(download.here())) {
    return "a file begins where nobody asked";
  }
  download.is_running = true;
  return "";
}

std::string_view DownloadBook::Stores(const StoreChunk& chunk, const Message& message) {
  Download& download = downloads_.at(chunk.transfer);
  if (download.has_ended) return "bytes stored of what has ended";
  if (!download.is_running) return "bytes stored of what does not run";
  if (chunk.length.value() != message.size) return "a verdict on another message";
  if (chunk.file_size.value() != download.meta_size) return "bytes stored of a file of another size";
  const std::int64_t begin = chunk.offset.value();
  const std::int64_t end = begin + chunk.length.value();
  if (end > download.meta_size) return "bytes stored past the end";
  if (download.stored.Count(begin, end) == end - begin) return "bytes stored twice";
  download.stored.Add(begin, end);
  if (chunk.so_far.value() != download.stored.total()) return "progress that is not what is here";
  if (chunk.front.value() != download.stored.front()) return "a sink is told of bytes that are not here";
  if (download.is_bound && end > download.taken + download.room) return "bytes stored for which there is no room";
  const bool is_its_own = message.file != nullptr && message.file->id == download.id;
  if (facts_.is_honest && !is_its_own) return "bytes stored of another file";
  if (facts_.is_honest && message.offset != chunk.offset.value()) return "bytes stored in another place";
  if (download.hash_follows && download.content.empty() && is_its_own) download.content = message.file->content_hash;
  const std::string& content = download.hash_follows ? download.content : download.meta_hash;
  if (!is_its_own || message.offset != chunk.offset.value() || message.file->content_hash != content) {
    download.is_sound = false;
  }
  return "";
}

std::string_view DownloadBook::Drops(const Message& message) const {
  if (!facts_.is_honest || message.file == nullptr) return "";
  const Download* download = Open(message.file->id);
  if (download == nullptr || !download->is_running) return "";
  const std::int64_t end = message.offset + message.size;
  // What an earlier pull's request has brought may be more than this one has room for.
  if (download->room > 0 && download->was_asked_before) return "";
  return download->stored.Count(message.offset, end) == message.size ? "" : "bytes dropped that are missing";
}

std::string_view DownloadBook::Verifies(TransferKey key) {
  Download& download = downloads_.at(key);
  if (!download.is_running || download.stored.total() != download.meta_size) return "a file verified that is not whole";
  if (download.meta_hash.empty()) return "a file verified whose hash has not come";
  download.is_running = false;
  download.is_verifying = true;
  return "";
}

std::string_view DownloadBook::Ended(const DownloadEnded& end, Shelf& shelf) {
  Download& download = downloads_.at(end.transfer);
  if (download.has_ended) return "a second end of one pull";
  download.has_ended = true;
  download.end = end.reason;
  open_.erase(download.id);
  if (download.is_paused) {
    --paused_;
    const bool is_of_time =
        end.reason == Reason::kPullTimeout || end.reason == Reason::kStalled || end.reason == Reason::kTooSlow;
    if (is_of_time) return "a deadline of what is paused";
  }
  const bool was_refused_at_once = end.reason == Reason::kTooManyPulls || end.reason == Reason::kChannelFull ||
                                   end.reason == Reason::kNotOpen || end.reason == Reason::kMessageTooLong;
  if (!download.asked_from && !was_refused_at_once && !download.is_paused) {
    ++unsaid_[download.id];
    if (download.is_looking_up && !download.was_answered) unsure_.insert(download.id);
  }
  if (end.file.has_value() != (end.reason == Reason::kNone)) return "an end with a file and a reason, or with neither";
  if (end.file) {
    facts_.delivered.insert(download.id);
    if (!download.is_verifying) return "a delivery of what was not verified";
    if (download.room > 0 && !download.is_finished) return "a delivery, and its sink has not finished";
    if (end.file->id.value != download.id) return "a delivery of another file than pulled";
    return download.is_sound && end.file->hash == download.meta_hash ? "" : "a delivery of wrong content";
  }
  if (end.reason == Reason::kCancelled && !download.was_cancelled) return "cancelled by nobody";
  if (end.kept == ByteCount()) return "";
  if (download.room > 0 && end.kept.value() != download.taken) return "kept of a sink what it has not taken";
  if (end.reason == Reason::kCancelled || end.reason == Reason::kHashMismatch) return "kept, and not wanted or wrong";
  if (end.kept.value() > download.here()) return "more kept than is here";
  if (end.hash.size() != 64 || end.kept > end.size) return "kept of no content";
  shelf.Put(end.hash, end.size.value(), {.have = end.kept.value(), .is_sound = download.is_sound});
  return "";
}

std::string DownloadBook::Digest(TransferKey key) const {
  const Download& download = downloads_.at(key);
  const bool is_another = !download.content.empty() && download.content != download.meta_hash;
  return download.is_sound && !is_another ? download.meta_hash : "wrong";
}

std::string_view DownloadBook::CheckAllDelivered() const {
  for (const auto& [key, download] : downloads_) {
    if (facts_.IsGivenUp(download.id)) continue;
    if (!download.has_ended) return "nothing went wrong, and a pull is still open";
    if (download.end != Reason::kNone) return "nothing went wrong, and a pull failed";
  }
  return "";
}

bool DownloadBook::TakeUnsaid(const std::string& id) {
  const auto found = unsaid_.find(id);
  return found != unsaid_.end() && found->second-- > 0;
}

std::int64_t DownloadBook::Untaken(TransferKey key) const {
  const Download& download = downloads_.at(key);
  return download.here() - download.taken;
}

std::int64_t DownloadBook::Take(TransferKey key, std::int64_t more) { return downloads_.at(key).taken += more; }

bool DownloadBook::IsTaken(TransferKey key) const {
  const Download& download = downloads_.at(key);
  return download.is_verifying && download.taken == download.meta_size;
}

std::string_view DownloadBook::Finishes(TransferKey key) {
  Download& download = downloads_.at(key);
  if (!IsTaken(key) || download.is_finishing) return "a sink finishes that has not all, or twice";
  download.is_finishing = true;
  return download.is_sound ? "" : "a sink finishes wrong content";
}

std::int64_t DownloadBook::BeginGrant(const std::string& id, std::int64_t credit) {
  Download* download = Open(id);
  if (download == nullptr || !download->asked_from) return credit;
  download->granted = *download->asked_from + credit;
  return *download->granted;
}

std::string DownloadBook::Grantable() const {
  for (const auto& [id, key] : open_) {
    const Download& download = downloads_.at(key);
    if (download.is_running && download.granted && *download.granted < download.meta_size) return id;
  }
  return "";
}

std::int64_t DownloadBook::Grant(const std::string& id, std::int64_t more) {
  Download* download = Open(id);
  *download->granted += more;
  return *download->granted;
}

std::string DownloadBook::AnyOpen(Random& random) const {
  if (open_.empty()) return "";
  auto chosen = open_.begin();
  std::advance(chosen, random.Below(static_cast<std::int64_t>(open_.size())));
  return chosen->first;
}

DownloadBook::Download* DownloadBook::Open(const std::string& id) {
  const auto found = open_.find(id);
  return found == open_.end() ? nullptr : &downloads_.at(found->second);
}

const DownloadBook::Download* DownloadBook::Open(const std::string& id) const {
  const auto found = open_.find(id);
  return found == open_.end() ? nullptr : &downloads_.at(found->second);
}

}  // namespace peer_session::simulation
