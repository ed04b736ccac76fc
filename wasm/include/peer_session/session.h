// The protocol engine of one peer session: everything that is decided, and nothing that is done.
//
//   inputs (commands and facts, each with the caller's clock)  ->  Session  ->  PollAction() until empty, NextDeadline()
//
// It owns no channel, no clock, no randomness and no byte of any file. After each input the caller polls until
// PollAction() returns nothing, carries the actions out in that order, and arms one timer for NextDeadline().
//
// No input calls back. Inputs are legal while actions wait. A clock that goes backwards is read as standing still.
// Nothing a peer sends can make an input assert, throw or trap. After the action `Closed` every input does nothing.
#ifndef PEER_SESSION_SESSION_H_
#define PEER_SESSION_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "peer_session/action.h"
#include "peer_session/options.h"
#include "peer_session/types.h"

namespace peer_session {

// What a session holds and has set aside; for tests, leak checks and operators.
struct Stats {
  std::size_t pending_offers = 0;
  std::size_t queued_uploads = 0;  // pulled by the peer, the running one included
  std::size_t waiting_pulls = 0;
  std::size_t unverified_files = 0;
  ByteCount outbox;
  std::uint64_t ignored_messages = 0;
  std::uint64_t dropped_bytes = 0;
};

class Session {
 public:
  explicit Session(const Options& options);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // --- Commands -----------------------------------------------------------------------------------------------------

  // Offers a file (docs/protocol.md, "Offers"). Queues SendText, or UploadEnded when it cannot be offered; first of all
  // drops offers that have expired. Not open: UploadEnded with kNotOpen.
  void Offer(Timestamp now, TransferKey key, FileInfo file);

  // Asks for an offered file. From here on `key` ends in exactly one Deliver or one Failed. An id that is already
  // waiting or running is not asked for twice: then `key` is forgotten, and the call returns false.
  bool Pull(Timestamp now, TransferKey key, TransferId id);

  // One message each; nothing when the channel is not open.
  void RequestFile(Timestamp now, std::string_view hash);
  void RequestSync(Timestamp now);
  void SendInventory(Timestamp now, const std::vector<std::string>& hashes);
  void SendPing(Timestamp now);

  // Settles everything and queues Closed.
  void Close(Timestamp now);

  // --- Facts --------------------------------------------------------------------------------------------------------

  // `max_message_size` zero or less: unknown.
  void HandleOpen(Timestamp now, ByteCount max_message_size);
  void HandleText(Timestamp now, std::string_view text);
  // Queues exactly one StoreChunk or DropChunk for each call.
  void HandleBinary(Timestamp now, ByteCount size);
  // What the channel says it still holds. Due after AwaitLow, and welcome before any other input.
  void HandleBufferedAmount(Timestamp now, ByteCount buffered);
  void HandleBlockReady(Timestamp now, TransferKey key);
  void HandleBlockFailed(Timestamp now, TransferKey key);
  // Both base64. A signature that does not fit into `meta` is set aside and reported.
  void HandleSigned(Timestamp now, TransferKey key, std::string signature, std::string public_key);
  // There is no signature, and none will come: the file goes out without.
  void HandleUnsigned(Timestamp now, TransferKey key);
  void HandleAuthorization(Timestamp now, TransferKey key, bool allowed);
  // `hash` is lower-case hexadecimal.
  void HandleDigest(Timestamp now, TransferKey key, std::string_view hash);
  void HandleDigestFailed(Timestamp now, TransferKey key);
  // If it does not hold, or is not answered in time, the sender's name is dropped; the file still counts.
  void HandleClaim(Timestamp now, TransferKey key, bool holds);
  // A StoreChunk could not be carried out.
  void HandleStoreFailed(Timestamp now, TransferKey key);
  // kClosed: the channel was closed. kChannelError: it failed, or refused a message.
  void HandleClosed(Timestamp now, Reason reason);
  // Time has passed. Spurious calls do nothing.
  void HandleTimeout(Timestamp now);

  // --- Output -------------------------------------------------------------------------------------------------------

  std::optional<Action> PollAction();
  bool HasActions() const;
  // The next moment HandleTimeout has something to do; nothing when idle. Any input may move it.
  std::optional<Timestamp> NextDeadline() const;
  Stats stats() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SESSION_H_
