#include "send/upload_queue.h"

#include <algorithm>

#include "earlier.h"

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
      // A block larger than the whole window is still read, alone; and the file in front reads a part once more, whatever was read
      // ahead of those behind it meanwhile.
      const bool must_wait = held > ByteCount() && held + length > options_.pacing.read_ahead;
      const bool is_idle_front = left + 1 == Reach() && upload.Held() == ByteCount();
      if (must_wait && !is_idle_front) return;
      held += length;
      const ByteCount offset = upload.NextReadOffset();
      const bool is_first = upload.IsFirstRead();
      upload.BeginRead(length, now);
      actions_.Push(ReadBlock{.transfer = upload.key(),
                              .offset = offset,
                              .length = length,
                              .is_first = is_first,
                              .number = upload.read_number()});
    }
    // The window goes to the file in front first: what follows is read only when that is wholly asked for.
    if (!upload.HasFailed() && upload.Unrequested() > ByteCount()) return;
  }
}

Upload* UploadQueue::Find(TransferKey key) {
  std::size_t left = Reach();
  for (Upload& upload : uploads_) {
    if (left-- == 0) break;
    if (upload.key() == key) return &upload;
  }
  return nullptr;
}

Upload* UploadQueue::FindReading(TransferKey key, std::optional<std::uint32_t> number) {
  Upload* upload = Find(key);
  if (upload == nullptr || !upload->IsReading() || upload->IsHashing()) return nullptr;
  return !number || *number == upload->read_number() ? upload : nullptr;
}

Upload* UploadQueue::FindHashing(TransferKey key) {
  Upload* upload = Find(key);
  return upload != nullptr && upload->IsReading() && upload->IsHashing() ? upload : nullptr;
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
    if (is_overdue(upload.read_began_at())) upload.Fail(Reason::kReadTimeout, UploadEvent::kFail);
    if (is_overdue(upload.signing_began_at())) {
      upload.EndSigning();
      actions_.Push(Report{Reason::kSignFailed});
    }
  }
}

std::optional<Timestamp> UploadQueue::NextDeadline() const {
  std::optional<Timestamp> earliest;
  std::size_t left = Reach();
  for (const Upload& upload : uploads_) {
    if (left-- == 0) break;
    earliest = Earlier(earliest, Earlier(upload.read_began_at(), upload.signing_began_at()));
  }
  if (earliest) earliest = *earliest + options_.timeouts.read;
  return earliest;
}

}  // namespace peer_session
