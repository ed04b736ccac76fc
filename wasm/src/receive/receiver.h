// The incoming side: pulls, the one transfer that runs, and verification. docs/protocol.md, "Receiving".
#ifndef PEER_SESSION_SRC_RECEIVE_RECEIVER_H_
#define PEER_SESSION_SRC_RECEIVE_RECEIVER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "action_queue.h"
#include "channel/channel_writer.h"
#include "peer_session/options.h"
#include "receive/download.h"
#include "receive/known_offers.h"
#include "receive/late_pulls.h"
#include "receive/passing_file.h"
#include "receive/patience.h"
#include "receive/pull_table.h"
#include "receive/verification_queue.h"

namespace peer_session {

class Receiver {
 public:
  Receiver(const Options& options, ActionQueue& actions, ChannelWriter& writer);

  // An offer that the owner is told of.
  void HandleOffer(Timestamp now, const FileInfo& file) { offers_.Add(file, now); }
  // Any text of the peer, before what it means.
  void HandleText(ByteCount size) {
    if (pulls_.waiting() > 0 || running_) patience_.HearText(size);
  }

  // False when the id is already owed an end: the first pull's end serves both.
  bool Pull(Timestamp now, TransferKey key, TransferId id);

  // Whatever else a `meta` is, the bytes after it are its own: the transfer before it ends here. One that contradicts the
  // offer that was pulled ends the pull.
  // Both answer false for an id that nobody here asked for.
  bool HandleMeta(Timestamp now, FileInfo file);
  bool HandleInvalidMeta(Timestamp now, const std::optional<TransferId>& id);
  void HandleAbort(Timestamp now, const TransferId& id);
  void HandleBinary(Timestamp now, ByteCount size);

  void HandleAuthorization(Timestamp now, TransferKey key, bool allowed);
  void HandleDigest(TransferKey key, std::string_view hash);
  void HandleDigestFailed(TransferKey key);
  void HandleClaim(TransferKey key, bool holds);
  void HandleStoreFailed(Timestamp now, TransferKey key);
  void HandleTimeout(Timestamp now);
  // The channel is over: settles all that is running or waiting. What is being verified may still be delivered.
  void CloseChannel(Timestamp now, Reason reason);
  // Settles that, too.
  void Close(Timestamp now, Reason reason);

  // None while a file runs: those behind it wait as long as that may, which has a deadline of its own.
  std::optional<Timestamp> NextPullDeadline() const;
  std::optional<Timestamp> NextDownloadDeadline() const;
  std::optional<Timestamp> NextVerifyDeadline() const;

  std::size_t waiting_pulls() const { return pulls_.waiting(); }
  std::size_t unverified_files() const { return unverified_.size(); }
  std::uint64_t dropped_bytes() const { return dropped_bytes_; }

 private:
  enum class Rest { kPasses, kIsNobodys };

  // The rest of its bytes either passes, as a part of the peer's queue, or belongs to nobody.
  void FailRunning(Timestamp now, Reason reason, Rest rest);
  void FinishRunning(Timestamp now);
  void Fail(TransferKey key, const TransferId& id, Reason reason);
  void SettleDecided();
  void Settle(Unverified item);
  void Drop(ByteCount size);

  const Options& options_;
  ActionQueue& actions_;
  ChannelWriter& writer_;
  KnownOffers offers_;
  PullTable pulls_;
  LatePulls late_;
  // Nothing: binary messages belong to nobody until the next `meta`.
  std::optional<Download> running_;
  // Never beside a running one.
  std::optional<PassingFile> passing_;
  VerificationQueue unverified_;
  Patience patience_;
  // When the request of the newest pull that waits should have left this side.
  Timestamp newest_leaves_at_;
  std::uint64_t dropped_bytes_ = 0;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_RECEIVER_H_
