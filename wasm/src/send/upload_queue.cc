#include "send/upload_queue.h"

#include <algorithm>

#include "mutant.h"

namespace peer_session {

void UploadQueue::ReadAhead(Timestamp now) {
  ByteCount held;
  std::size_t left = Reach();
  for (const Upload& upload : uploads_) {
    if (left-- == 0) break;
    held += upload.Held();
  }
  left = Reach();
  for (Upload& upload : uploads_) {
    if (left-- == 0) return;
    if (upload.NeedsSignature()) {
      actions_.Push(SignFile{.transfer = upload.key(), .file = upload.file()});
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
  std::optional<TransferKey> key;
  uploads_.RemoveFirst([&](const Upload& upload) {
    const bool is_it = upload.file().id == id && !upload.HasBegun();
    if (is_it) key = upload.key();
    return is_it;
  });
  return key;
}

Upload* UploadQueue::Find(TransferKey key) {
  std::size_t left = Reach();
  for (Upload& upload : uploads_) {
    if (left-- == 0) break;
    if (upload.key() == key) return &upload;
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
  std::size_t left = Reach();
  for (Upload& upload : uploads_) {
    if (left-- == 0) return;
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
  std::size_t left = Reach();
  for (const Upload& upload : uploads_) {
    if (left-- == 0) break;
    for (const std::optional<Timestamp> since : {upload.read_began_at(), upload.signing_began_at()}) {
      if (since && (!earliest || *since < *earliest)) earliest = since;
    }
  }
  if (earliest) earliest = *earliest + options_.timeouts.read;
  return earliest;
}

}  // namespace peer_session
