#include "send/upload_queue.h"

#include <algorithm>

#include "mutant.h"
#include "wire/write.h"

namespace peer_session {

std::size_t UploadQueue::Reach() const { return std::min(uploads_.size(), options_.pacing.read_ahead_files); }

void UploadQueue::ReadAhead(Timestamp now) {
  const std::size_t reach = Reach();
  ByteCount held;
  for (std::size_t i = 0; i < reach; ++i) held += uploads_[i].Held();
  for (std::size_t i = 0; i < reach; ++i) {
    Upload& upload = uploads_[i];
    if (upload.NeedsSignature()) {
      actions_.Push(SignFile{.transfer = upload.key(), .description = wire::WriteOfferFile(upload.file())});
      upload.BeginSigning(now);
    }
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

std::optional<TransferKey> UploadQueue::RemoveUnbegun(const TransferId& id) {
  const auto found = std::find_if(uploads_.begin(), uploads_.end(),
                                  [&](const Upload& upload) { return upload.file().id == id && !upload.HasBegun(); });
  if (found == uploads_.end()) return std::nullopt;
  const TransferKey key = found->key();
  uploads_.erase(found);
  return key;
}

Upload* UploadQueue::Find(TransferKey key) {
  const std::size_t reach = Reach();
  for (std::size_t i = 0; i < reach; ++i) {
    if (uploads_[i].key() == key) return &uploads_[i];
  }
  return nullptr;
}

Upload* UploadQueue::FindReading(TransferKey key) {
  Upload* upload = Find(key);
  return upload != nullptr && upload->IsReading() ? upload : nullptr;
}

Upload* UploadQueue::FindSigning(TransferKey key) {
  Upload* upload = Find(key);
  return upload != nullptr && upload->IsSigning() ? upload : nullptr;
}

void UploadQueue::EndOverdueWaits(Timestamp now) {
  const std::size_t reach = Reach();
  for (std::size_t i = 0; i < reach; ++i) {
    Upload& upload = uploads_[i];
    const auto is_overdue = [&](std::optional<Timestamp> since) {
      return since && now >= *since + options_.timeouts.read;
    };
    if (is_overdue(upload.read_began_at())) upload.Fail(Reason::kReadTimeout);
    if (is_overdue(upload.signing_began_at())) {
      upload.EndSigning();
      actions_.Push(Report{Reason::kSignFailed});
    }
  }
}

std::optional<Timestamp> UploadQueue::NextDeadline() const {
  if (PEER_SESSION_MUTANT("read-deadline-forgotten")) return std::nullopt;
  std::optional<Timestamp> earliest;
  const std::size_t reach = Reach();
  for (std::size_t i = 0; i < reach; ++i) {
    for (const std::optional<Timestamp> since : {uploads_[i].read_began_at(), uploads_[i].signing_began_at()}) {
      if (since && (!earliest || *since < *earliest)) earliest = since;
    }
  }
  if (earliest) earliest = *earliest + options_.timeouts.read;
  return earliest;
}

}  // namespace peer_session
