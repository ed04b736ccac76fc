#include "send/upload_queue.h"

#include <algorithm>

#include "mutant.h"

namespace peer_session {

std::size_t UploadQueue::Reach() const { return std::min(uploads_.size(), options_.pacing.read_ahead_files); }

void UploadQueue::ReadAhead(Timestamp now) {
  const std::size_t reach = Reach();
  ByteCount held;
  for (std::size_t i = 0; i < reach; ++i) held += uploads_[i].Held();
  for (std::size_t i = 0; i < reach; ++i) {
    Upload& upload = uploads_[i];
    if (upload.NeedsRead()) {
      const ByteCount length = std::min(upload.Unrequested(), options_.pacing.block);
      // A block larger than the whole window is still read, alone.
      if (!PEER_SESSION_MUTANT("read-ahead-without-end") && held > ByteCount() &&
          held + length > options_.pacing.read_ahead)
        return;
      held += length;
      actions_.Push(ReadBlock{.transfer = upload.key(), .offset = upload.NextReadOffset(), .length = length});
      upload.BeginRead(length, now);
    }
    // The window goes to the file in front first: what follows is read only when that is wholly asked for.
    if (!upload.HasFailed() && upload.Unrequested() > ByteCount()) return;
  }
}

Upload* UploadQueue::FindReading(TransferKey key) {
  const std::size_t reach = Reach();
  for (std::size_t i = 0; i < reach; ++i) {
    if (uploads_[i].key() == key) return uploads_[i].IsReading() ? &uploads_[i] : nullptr;
  }
  return nullptr;
}

void UploadQueue::FailOverdueReads(Timestamp now) {
  const std::size_t reach = Reach();
  for (std::size_t i = 0; i < reach; ++i) {
    const std::optional<Timestamp> began_at = uploads_[i].read_began_at();
    if (began_at && now >= *began_at + options_.timeouts.read) uploads_[i].Fail(Reason::kReadTimeout);
  }
}

std::optional<Timestamp> UploadQueue::NextReadDeadline() const {
  if (PEER_SESSION_MUTANT("read-deadline-forgotten")) return std::nullopt;
  std::optional<Timestamp> earliest;
  const std::size_t reach = Reach();
  for (std::size_t i = 0; i < reach; ++i) {
    const std::optional<Timestamp> began_at = uploads_[i].read_began_at();
    if (began_at && (!earliest || *began_at + options_.timeouts.read < *earliest)) {
      earliest = *began_at + options_.timeouts.read;
    }
  }
  return earliest;
}

}  // namespace peer_session
