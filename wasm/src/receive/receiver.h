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
#include "receive/pull_table.h"
#include "receive/verification_queue.h"

namespace peer_session {

class Receiver {
 public:
  Receiver(const Options& options, ActionQueue& actions, ChannelWriter& writer)
      : options_(options), actions_(actions), writer_(writer) {}

  // False when the id is already owed an end: the first pull's end serves both.
  bool Pull(Timestamp now, TransferKey key, TransferId id);

  // Whatever else a `meta` is, the bytes after it are its own: the transfer before it ends here.
  // Both answer false for an id that nobody here asked for.
  bool HandleMeta(Timestamp now, FileInfo file);
  bool HandleInvalidMeta(const std::optional<TransferId>& id);
  void HandleAbort(const TransferId& id);
  void HandleBinary(Timestamp now, ByteCount size);

  void HandleAuthorization(Timestamp now, TransferKey key, bool allowed);
  void HandleDigest(TransferKey key, std::string_view hash);
  void HandleDigestFailed(TransferKey key);
  void HandleClaim(TransferKey key, bool holds);
  void HandleStoreFailed(TransferKey key);
  void HandleTimeout(Timestamp now);
  // Settles all that is running, being verified or waiting.
  void Close(Reason reason);

  std::optional<Timestamp> NextPullDeadline() const;
  std::optional<Timestamp> NextDownloadDeadline() const;
  std::optional<Timestamp> NextVerifyDeadline() const;

  std::size_t waiting_pulls() const { return pulls_.waiting(); }
  std::size_t unverified_files() const { return unverified_.size(); }
  std::uint64_t dropped_bytes() const { return dropped_bytes_; }

 private:
  void FailRunning(Reason reason);
  void FinishRunning(Timestamp now);
  void Fail(TransferKey key, const TransferId& id, Reason reason);
  void SettleDecided();
  void Settle(Unverified item);
  void Drop(ByteCount size);

  const Options& options_;
  ActionQueue& actions_;
  ChannelWriter& writer_;
  PullTable pulls_;
  // Nothing: binary messages belong to nobody until the next `meta`.
  std::optional<Download> running_;
  VerificationQueue unverified_;
  // The last sign that the peer works through our pulls: a `meta` we accepted, or a byte of it.
  Timestamp last_progress_;
  std::uint64_t dropped_bytes_ = 0;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_RECEIVER_H_
