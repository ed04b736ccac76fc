// Pulled files in pull order, and what is read ahead of the channel for the first of them.
//
// Read-ahead has one window for all files together, in bytes and in files: the caller's memory for outgoing files is
// bounded by it, whatever their size and number, and small files never wait for each other's Blob reads.
#ifndef PEER_SESSION_SRC_SEND_UPLOAD_QUEUE_H_
#define PEER_SESSION_SRC_SEND_UPLOAD_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "action_queue.h"
#include "id_table.h"
#include "peer_session/options.h"
#include "send/upload.h"

namespace peer_session {

class UploadQueue {
 public:
  UploadQueue(const Options& options, ActionQueue& actions) : options_(options), actions_(actions) {}

  // Precondition: none of that id is here.
  void Append(Loose<Upload> upload) { uploads_.Add(std::move(upload)); }
  bool empty() const { return uploads_.empty(); }
  std::size_t size() const { return uploads_.size(); }
  Upload& front() const { return uploads_.front(); }
  Loose<Upload> TakeFront() { return uploads_.TakeOldest(); }
  bool Contains(const TransferId& id) const { return uploads_.Contains(id.value); }
  Upload* Find(const TransferId& id) { return uploads_.Find(id.value); }
  Loose<Upload> Take(const TransferId& id) { return uploads_.Take(id.value); }

  // Queues SignFile and ReadBlock for what the window has room for.
  void ReadAhead(Timestamp now);
  // Only among the files that are being read ahead; nothing for an answer that comes too late.
  // `number`: an earlier read, of a pull before, may be answered after this one was asked for.
  Upload* FindReading(TransferKey key, std::optional<std::uint32_t> number);
  // Its hash is awaited, and not a block.
  Upload* FindHashing(TransferKey key);
  Upload* FindSigning(TransferKey key);
  // Without its block or its hash a file fails; without its signature it goes out unsigned.
  void EndOverdueWaits(Timestamp now);
  std::optional<Timestamp> NextDeadline() const;

 private:
  Upload* Find(TransferKey key);
  // How many files from the front may have reads or blocks.
  std::size_t Reach() const { return options_.pacing.read_ahead_files; }

  const Options& options_;
  ActionQueue& actions_;
  IdTable<Upload> uploads_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_SEND_UPLOAD_QUEUE_H_
