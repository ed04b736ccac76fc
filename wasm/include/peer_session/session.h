/// @file
/// The protocol engine of one peer session: everything that is decided, and nothing that is done.
///
///   inputs (commands and facts, each with the caller's clock)  ->  Session  ->  PollAction() until empty, NextDeadline()
///
/// It owns no channel, no clock, no randomness and no byte of any file. After each input the caller polls until
/// PollAction() returns nothing, carries the actions out in that order, and arms one timer for NextDeadline().
///
/// No input calls back. Inputs are legal while actions wait. A clock that goes backwards is read as standing still, and it
/// may begin anywhere.
/// Nothing a peer sends can make an input assert, throw or trap. After the action `Closed` every input does nothing.
#ifndef PEER_SESSION_SESSION_H_
#define PEER_SESSION_SESSION_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "peer_session/action.h"
#include "peer_session/group.h"
#include "peer_session/options.h"
#include "peer_session/types.h"

namespace peer_session {

/// What a session holds and has set aside; for tests, leak checks and operators.
struct Stats {
  std::size_t pending_offers = 0;       ///< offers that nobody has pulled yet
  std::size_t queued_uploads = 0;       ///< pulled by the peer, the running one included
  std::size_t waiting_pulls = 0;        ///< pulls that the peer has not answered yet
  std::size_t held_pulls = 0;           ///< pulls that it is not asked for yet, or that are paused
  std::size_t unverified_files = 0;     ///< received whole, hash unknown
  std::size_t unconfirmed_uploads = 0;  ///< sent, and the peer is expected to confirm; or suspended with the channel
  ByteCount outbox;                     ///< text that waits for room in the channel
  std::uint64_t ignored_messages = 0;   ///< the peer's, passed over
  std::uint64_t dropped_bytes = 0;      ///< the peer's, of no transfer
  std::size_t lanes = 0;                ///< open beside the first channel, those of the peer included
  /// Which rows of the tables of states were taken (send/upload_states.h, receive/download_states.h): one bit each, for tests.
  std::uint64_t upload_transitions = 0;
  std::uint64_t download_transitions = 0;  ///< the same of pulled files
};

/// One session with one peer. Not thread-safe: one caller at a time.
class Session {
 public:
  /// Queues nothing. The options are copied. As a member of a group: what the group knows to be superfluous is neither announced
  /// nor sent, and after each input the caller asks the group for woken members.
  explicit Session(const Options& options, Group* group = nullptr, Member member = {});
  /// Settles nothing: call Close() and carry out what it queues first.
  ~Session();
  Session(const Session&) = delete;             ///< its transfers exist once
  Session& operator=(const Session&) = delete;  ///< its transfers exist once

  // --- Commands -----------------------------------------------------------------------------------------------------

  /// Offers a file (docs/protocol.md, "Offers"). Queues SendText, or UploadEnded when it cannot be offered; first of all
  /// drops offers that have expired. Not open: UploadEnded with kNotOpen.
  /// Without a hash, which is to follow: only to a peer that understands it, and not of a file that this side is to sign; otherwise it
  /// ends at once with kHashRequired. `once`: its source can be read once only, from its beginning: another pull of it ends with
  /// kNotResumable when any of it was read before.
  void Offer(Timestamp now, TransferKey key, FileInfo file, bool once = false);
  /// Asks for one PeerKnown: at once, if it is known what the peer understands, or nothing will be; 5 s later at the latest.
  void AwaitPeer(Timestamp now);

  /// Asks for an offered file. From here on `key` ends in exactly one DownloadEnded. An id that is already
  /// waiting or running is not asked for twice: then `key` is forgotten, and the call returns false.
  /// `room`, unless zero: it goes into a sink that may be slower than the network, and so many bytes of it may be here and not taken. The
  /// peer is held to it if it keeps to credit.
  /// With `Pacing::pulls_ahead` it may be held first; what is held is asked for in the order of `priority`, the higher first, then of
  /// size, the smaller first, then of the calls (docs/protocol.md, "The order of pulls").
  bool Pull(Timestamp now, TransferKey key, TransferId id, ByteCount room = {}, std::int32_t priority = 0);
  /// Counts while the pull is held, or is again after a pause; what was asked for is not asked for anew.
  void SetPriority(Timestamp now, const TransferId& id, std::int32_t priority);
  /// Sets a pull aside: Paused follows, at once if the peer was not asked for it; else when the peer has answered, and not at all
  /// when the file is whole by then or ends. What has arrived stays. Nothing for a pull that the peer was asked for, if it does not
  /// understand that; or that is whole, or unknown.
  void PausePull(Timestamp now, const TransferId& id) { SetPaused(now, id, true); }
  /// It takes its place in the order again, and is asked for from where it stopped.
  void ResumePull(Timestamp now, const TransferId& id) { SetPaused(now, id, false); }

  /// Gives a pull up, wherever it is: it ends with kCancelled. A peer that understands it stops sending. Nothing for an id that is
  /// not pulled, or has ended.
  void CancelPull(Timestamp now, const TransferId& id);
  /// This side will not pull that offer. A peer that understands it hears so, with `detail` of the application, of which it is given as
  /// many whole characters as fit into `Limits::max_detail`. Nothing for an id that is pulled, not known as an offer, or declined already.
  void Decline(Timestamp now, const TransferId& id, std::string_view detail = {});
  /// Takes an offer back, wherever it is: it ends with kWithdrawn, and the peer is told. Nothing for an id that is not offered, has
  /// ended, or is in the channel whole.
  void Withdraw(Timestamp now, const TransferId& id);
  /// Asks for one Drained: at once, if nothing is under way.
  void AwaitDrained(Timestamp now);

  /// Asks the peer to offer the file of that hash, or nothing when the channel is not open. At once, or as soon as the peer
  /// takes more requests. No hash: reported as kInvalidHash; too many waiting: as kChannelFull.
  void RequestFile(Timestamp now, std::string_view hash);
  /// Asks the peer what it has, likewise.
  void RequestSync(Timestamp now);
  /// Says what this side has, likewise, in as many messages as it needs. What is no hash is left out, and reported as
  /// kInvalidHash; what does not fit among those that wait, as kChannelFull.
  void SendInventory(Timestamp now, const std::vector<std::string>& hashes);
  /// Asks for a sign of life: one message, or nothing when the channel is not open.
  void SendPing(Timestamp now);

  /// Settles everything and queues Closed. Received content whose hash is not known yet ends with kClosed, and so does a file of
  /// which the channel still holds bytes: `buffered` is what it holds, if that is known better than by HandleBufferedAmount.
  void Close(Timestamp now, std::optional<ByteCount> buffered = std::nullopt);

  // --- Facts --------------------------------------------------------------------------------------------------------

  /// The connection is being made: `Timeouts::connect` begins to count, until HandleOpen. Calling it again does nothing.
  void HandleConnecting(Timestamp now);
  /// The peer's first description has come: there is a peer, so that the time begins anew. Calling it again does nothing.
  void HandleDescribed(Timestamp now);
  /// A channel is open: the first one, the next after a lost one, or a lane's. `max_message_size` is
  /// RTCSctpTransport.maxMessageSize of W3C WebRTC; zero or less: unknown.
  void HandleOpen(Timestamp now, ByteCount max_message_size, Lane lane = Lane::kFirst);
  /// One text message of the peer, as it came. Longer than Limits::max_text it is refused unread.
  void HandleText(Timestamp now, std::string_view text, Lane lane = Lane::kFirst);
  /// One binary message of that size. Queues exactly one StoreChunk or DropChunk for each call.
  void HandleBinary(Timestamp now, ByteCount size, Lane lane = Lane::kFirst);
  /// What the channel says it still holds. Due after AwaitLow, and welcome before any other input.
  void HandleBufferedAmount(Timestamp now, ByteCount buffered, Lane lane = Lane::kFirst);
  /// The answer to OpenLane and AnswerLane: this side's description of the lane's connection, with all its candidates.
  void HandleLaneDescribed(Timestamp now, Lane lane, const std::string& description);
  /// A lane could not be made, failed, or was closed by the peer. What it had not brought goes on over the others.
  void HandleLaneLost(Timestamp now, Lane lane);
  /// The block that ReadBlock asked for is in memory, or its first `length` bytes are. `number`: that of the ReadBlock; the answer to
  /// another one than the last is passed over. Without: it is to the last.
  void HandleBlockReady(Timestamp now, TransferKey key,
                        ByteCount length = ByteCount(std::numeric_limits<std::int64_t>::max()),
                        std::optional<std::uint32_t> number = std::nullopt);
  /// It could not be read: the upload ends with that reason when its turn comes, and the peer is told.
  void HandleBlockFailed(Timestamp now, TransferKey key, Reason reason = Reason::kUnreadable,
                         std::optional<std::uint32_t> number = std::nullopt);
  /// The answer to SignFile, both base64. A signature that does not fit into `meta` is set aside and reported.
  void HandleSigned(Timestamp now, TransferKey key, std::string signature, std::string public_key);
  /// There is no signature, and none will come: the file goes out without.
  void HandleUnsigned(Timestamp now, TransferKey key);
  /// The answer to Authorize; not allowed ends the pull with kRefused.
  void HandleAuthorization(Timestamp now, TransferKey key, bool allowed);
  /// The answer to Verify and to HashFile. `hash` is the content's SHA-256, lower-case hexadecimal.
  void HandleDigest(Timestamp now, TransferKey key, std::string_view hash);
  /// The content could not be hashed: the pull, or the upload, ends with kHashFailed.
  void HandleDigestFailed(Timestamp now, TransferKey key);
  /// The answer to a Verify with a claim. If it does not hold, or is not answered in time, the sender's name is dropped; the file still counts.
  void HandleClaim(Timestamp now, TransferKey key, bool holds);
  /// The sink has taken so many bytes, from the start of the file on; all of them after FinishSink: and it is finished. Negative: it has
  /// failed, or is full, and the pull ends with kStoreFailed, wherever it is.
  void HandleStored(Timestamp now, const TransferId& id, ByteCount total);
  /// A StoreChunk could not be carried out: the pull ends with kOutOfMemory.
  void HandleStoreFailed(Timestamp now, TransferKey key);
  /// The answer to FindPartial: so many bytes from the start of the content are here. More than there can be counts as none. A sink that
  /// is not opened in time (`Timeouts::read`) has failed.
  void HandlePartial(Timestamp now, const TransferId& id, ByteCount have);
  /// The channel was lost: it failed, or the other side closed it. Towards a peer that resumes, Interrupted is queued; after a `bye` of
  /// the peer, or towards any other peer, it is HandleClosed with that reason.
  void HandleLost(Timestamp now, Reason reason, std::optional<ByteCount> buffered = std::nullopt);
  /// kClosed: the channel was closed. kChannelError: it failed, or refused a message. kPeerReplaced: the peer offers another
  /// connection; reported, too. Settles everything and queues Closed; received content that is being verified still counts, and
  /// Closed waits for it. `buffered`: as for Close.
  void HandleClosed(Timestamp now, Reason reason, std::optional<ByteCount> buffered = std::nullopt);
  /// Time has passed. Spurious calls do nothing.
  void HandleTimeout(Timestamp now);

  // --- Output -------------------------------------------------------------------------------------------------------

  /// The next action to carry out; nothing when all are. Invalidates nothing that was polled before.
  std::optional<Action> PollAction();
  /// Whether PollAction() would return one.
  bool HasActions() const;
  /// The next moment HandleTimeout has something to do; nothing when idle. Any input may move it.
  std::optional<Timestamp> NextDeadline() const;
  /// Whether no message can come or go any more, and no other channel helps: close channel and connection. Closed is queued, or
  /// waits for received content that is being verified.
  bool IsChannelOver() const;
  /// What is held at the moment.
  Stats stats() const;

 private:
  void SetPaused(Timestamp now, const TransferId& id, bool is_paused);

  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SESSION_H_
