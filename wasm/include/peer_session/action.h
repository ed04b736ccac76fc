/// @file
/// What the engine wants done. Each action is carried out once, in the order polled; none is answered synchronously.
///
/// Actions describe bytes and never hold them: file content stays with the caller.
#ifndef PEER_SESSION_ACTION_H_
#define PEER_SESSION_ACTION_H_

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "peer_session/error.h"
#include "peer_session/types.h"

namespace peer_session {

// --- The channel ----------------------------------------------------------------------------------------------------

/// Hand this text message to the channel now.
struct SendText {
  /// UTF-8, one JSON object.
  std::string text;
  /// On which channel.
  Lane lane = Lane::kFirst;
};

/// Hand the bytes [offset, offset + length) of an offered file to the channel now, as binary messages of `message_size`
/// bytes (the last may be shorter). They lie within one block that was read before; when the block's last byte is sent,
/// the block may be freed.
struct SendBytes {
  /// Which file.
  TransferKey transfer;
  /// From the start of the file.
  ByteCount offset;
  /// How many bytes, at least one.
  ByteCount length;
  /// Of each message but the last.
  ByteCount message_size;
  /// Of the whole file, for progress.
  ByteCount file_size;
  /// How much of the file has been handed over with this, for progress: never less than before, whatever is sent again.
  ByteCount so_far;
  /// On which channel.
  Lane lane = Lane::kFirst;
};

/// Everything that was said and every file that was pulled has left the channel, and the peer has confirmed what it confirms; the
/// answer to AwaitDrained, once for all calls so far.
struct Drained {};

/// The first channel is lost, all lanes are closed, and what was under way waits for the next one: make a connection, and call HandleOpen for its channel.
/// Until then nothing is sent. Without one the session ends after `Timeouts::recovery`.
struct Interrupted {};

/// HandleBufferedAmount is wanted once the channel's buffered amount is at or below `threshold`; a later one replaces it.
/// The event fires only on crossing, so the caller also checks once itself, when it has told its own listeners the news of
/// the actions so far.
struct AwaitLow {
  /// For `bufferedAmountLowThreshold`.
  ByteCount threshold;
  /// Of which channel.
  Lane lane = Lane::kFirst;
};

/// Make another connection to the same peer for a lane of this side's, with one channel: answer with HandleLaneDescribed, and with
/// HandleOpen when it is open; or with HandleLaneLost.
struct OpenLane {
  /// Which.
  Lane lane{};
};

/// Likewise for a lane of the peer's, which offers this.
struct AnswerLane {
  /// Which.
  Lane lane{};
  /// SDP, with all candidates; the peer's words.
  std::string description;
};

/// The peer's answer for a lane of this side's.
struct AcceptLane {
  /// Which.
  Lane lane{};
  /// SDP, with all candidates; the peer's words.
  std::string description;
};

/// Close channel and connection of a lane, if there are any; nothing of it is told any more.
struct CloseLane {
  /// Which.
  Lane lane{};
};

/// The session is over: close channel and connection, forget every file and timer. Always the last action. When the channel
/// ends while received content is being verified, it comes after the last verdict; until then nothing is sent or taken.
struct Closed {
  /// kClosed, kChannelError, kConnectTimeout or kPeerReplaced.
  Reason reason = Reason::kClosed;
};

// --- Offered files --------------------------------------------------------------------------------------------------

/// Read [offset, offset + length) of an offered file, or as much from there on as comes now; answer with HandleBlockReady or HandleBlockFailed. Blocks follow each
/// other; `is_first`: it is the first one since the file was pulled, and what was read before is not wanted any more.
/// The answer to an earlier one may come after this was decided: the number tells them apart.
struct ReadBlock {
  /// Which file.
  TransferKey transfer;
  /// From the start of the file.
  ByteCount offset;
  /// How many bytes, at least one.
  ByteCount length;
  /// Of a pull.
  bool is_first = false;
  /// Among the reads of this file, in every pull. The answer gives it back.
  std::uint32_t number = 0;
};

/// Sign this file's description; answer with HandleSigned or HandleUnsigned. Signed sessions only.
struct SignFile {
  /// Which file.
  TransferKey transfer;
  /// What its offer said of it.
  FileInfo file;
};

/// Every byte of a file that was offered without its hash has been read and handed over: say what the hash is, with HandleDigest or HandleDigestFailed. What was
/// read more than once counts once.
struct HashFile {
  /// Which file.
  TransferKey transfer;
};

/// The peer asks for an offered file for the first time, empty or not; before anything of it is read.
struct UploadPulled {
  /// Which file.
  TransferKey transfer;
};

/// The offer is over and its file may be forgotten: kNone means that every byte has left the channel's buffer. What was
/// handed over and is still there when the session ends, ends with the session's reason.
struct UploadEnded {
  /// Which file.
  TransferKey transfer;
  /// Why.
  Reason reason = Reason::kNone;
  /// With kAbortedByPeer: what the peer says is its reason, if it says one that is known here.
  Reason peer_reason = Reason::kNone;
  /// With kNone: the peer has said that the file is there, whole and verified.
  bool is_delivered = false;
  /// With kAbortedByPeer: what the peer's application says of it, at most `Limits::max_detail` bytes. Data.
  std::string peer_detail = {};
};

// --- Pulled files ---------------------------------------------------------------------------------------------------

/// Look up what is here of a content, from an earlier transfer; of a file that goes into a sink, open that, which may have some of it.
/// Answer with HandlePartial within the call, or later. What it finds belongs to this transfer until that ends.
struct FindPartial {
  /// Which file.
  TransferKey transfer;
  /// Lower-case hexadecimal SHA-256 of the content.
  std::string hash;
  /// Of the whole content.
  ByteCount size;
};

/// What HandlePartial told of is not what its hash says, or of no use with this peer: forget it. The file is fetched from its beginning.
struct DiscardPartial {
  /// Which file.
  TransferKey transfer;
};

/// A pull is paused now, after PausePull; or it is not any more, and is held or asked for. Of an offered file: its peer has paused it, and
/// what was read of it may be forgotten; it is pulled again, and read from where that begins, or it ends.
struct Paused {
  /// Which file.
  TransferKey transfer;
  /// Now.
  bool is_paused = true;
};

/// The verdict on the oldest binary message, of whatever channel, that has none yet: keep it at `offset` of a file of `file_size` bytes.
struct StoreChunk {
  /// Which file.
  TransferKey transfer;
  /// From the start of the file.
  ByteCount offset;
  /// How many bytes, at least one.
  ByteCount length;
  /// Of the whole file, for progress.
  ByteCount file_size;
  /// How much of the file is here with this, for progress.
  ByteCount so_far;
  /// How much of it is here without a gap, from its start: what a sink can take.
  ByteCount front;
};

/// The verdict on the oldest binary message that has none yet: it belongs to nobody.
struct DropChunk {};

/// Ask the owner whether this peer may send now; answer with HandleAuthorization. Bytes that come before the answer are
/// kept; a `meta` that comes before it interrupts the transfer, so answer before the next message is handed in.
struct Authorize {
  /// Which file.
  TransferKey transfer;
};

/// Every byte is there: hash it; answer with HandleDigest or HandleDigestFailed.
struct Verify {
  /// Which file.
  TransferKey transfer;
  /// What the peer said of it, when that is signed and names its sender: check this too, and answer with HandleClaim. Signed
  /// sessions only, else nothing.
  std::optional<FileInfo> claim = {};
};

/// The content is what its hash says, and all of it is in its sink: let it finish. Answer with HandleStored and the file's whole size, or
/// a negative one.
struct FinishSink {
  /// Which file.
  TransferKey transfer;
};

/// The pull is over, once for each. kNone means that the file has arrived whole and verified: hand it to the owner. Otherwise
/// its first `kept` bytes are worth keeping for another transfer of the same content, and all else may be forgotten.
struct DownloadEnded {
  /// Which file.
  TransferKey transfer;
  /// Why.
  Reason reason = Reason::kNone;
  /// What the peer said of it, within the limits; only of a file that has arrived.
  std::optional<FileInfo> file = {};
  /// With kAbortedByPeer: what the peer says is its reason, if it says one that is known here.
  Reason peer_reason = Reason::kNone;
  /// From the start of the file.
  ByteCount kept = {};
  /// Of what is kept: lower-case hexadecimal SHA-256 of the whole content, and its size.
  std::string hash = {};
  ByteCount size = {};  ///< the same
};

// --- What the peer says ---------------------------------------------------------------------------------------------

/// The channel is open.
struct Connected {};
/// It is known what the peer understands, or it has not said so in time; the answer to AwaitPeer, once for all calls so far.
struct PeerKnown {
  /// Whether a file may be offered to it without its hash.
  bool takes_trailing_hash = false;
};
/// Another channel is open, in the place of one that was lost: what was under way goes on.
struct Resumed {};
/// The peer has taken an offer back, which can not be pulled any more.
struct OfferWithdrawn {
  /// Which.
  TransferId id;
};
/// The peer offers a file that is within the size limit.
struct OfferReceived {
  /// What the peer said of it, within the limits.
  FileInfo file;
};
/// The peer asks what this side has.
struct SyncRequested {};
/// The peer says what it has.
struct InventoryReceived {
  /// Lower-case hexadecimal SHA-256 of each file. What was no hash is left out.
  std::vector<std::string> hashes;
};
/// The peer asks to be offered a file.
struct FileRequested {
  /// Lower-case hexadecimal SHA-256 of its content.
  std::string hash;
};

/// Worth telling an operator; nothing ended. At most a few a second, whatever the peer does.
struct Report {
  /// Why.
  Reason reason = Reason::kNone;
};

/// One of them.
using Action =
    std::variant<SendText, SendBytes, AwaitLow, Closed, ReadBlock, SignFile, UploadEnded, StoreChunk, DropChunk,
                 Authorize, Verify, DownloadEnded, Connected, OfferReceived, SyncRequested, InventoryReceived,
                 FileRequested, Report, FindPartial, DiscardPartial, Drained, Interrupted, Resumed, OfferWithdrawn,
                 OpenLane, AnswerLane, AcceptLane, CloseLane, FinishSink, HashFile, PeerKnown, UploadPulled, Paused>;

}  // namespace peer_session

#endif  // PEER_SESSION_ACTION_H_
