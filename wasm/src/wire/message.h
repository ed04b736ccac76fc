// The messages of docs/protocol.md, parsed. A value of these types has been checked against every bound.
#ifndef PEER_SESSION_SRC_WIRE_MESSAGE_H_
#define PEER_SESSION_SRC_WIRE_MESSAGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "peer_session/error.h"
#include "peer_session/types.h"
#include "wire/features.h"

namespace peer_session::wire {

// What a `transfer-abort` gives as its reason that answers a `transfer-pause`. It is nobody's error, and so no Reason.
inline constexpr std::string_view kPausedCode = "paused";

struct OfferFile {
  FileInfo file;
};
// From this peer's position `offset` on, and no further than `credit` until a Credit says more.
struct PullRequest {
  TransferId id;
  ByteCount offset;
  std::optional<ByteCount> credit;
};
// The bytes that follow begin at `offset`.
struct Meta {
  FileInfo file;
  ByteCount offset;
};
// A `meta` that names no usable file. The bytes after it still belong to it, not to the transfer before; a readable id
// lets a waiting pull end at once.
struct InvalidMeta {
  std::optional<TransferId> id;
};
struct TransferAbort {
  TransferId id;
  // Of those that this version knows, else kNone.
  Reason reason = Reason::kNone;
  // The answer to a TransferPause: it may be pulled again.
  bool is_paused = false;
};
struct TransferCancel {
  TransferId id;
  Reason reason = Reason::kNone;
  // Of the peer's application.
  std::string detail;
};
// Not now: it is pulled again later.
struct TransferPause {
  TransferId id;
};
struct TransferDone {
  TransferId id;
};
// All bytes of a file that was offered without a hash are said, or are on a lane.
struct TransferEnd {
  TransferId id;
  std::string hash;
};
struct OfferWithdraw {
  TransferId id;
};
// The sender may send what lies before `up_to`.
struct Credit {
  TransferId id;
  ByteCount up_to;
};
// So many file bytes have arrived on this channel, the last of them at that time of this peer's clock.
struct Ack {
  ByteCount received;
  Timestamp at;
};
// Of a lane of this peer's, its offer; of one of the other side's, its answer. Neither: there is no such lane, or none any more.
struct LaneSignal {
  // From 1 to kMostLanes.
  std::uint32_t number = 0;
  std::optional<std::string> offer;
  std::optional<std::string> answer;
};
// The bytes that follow on this channel are that file's, and begin there.
struct Segment {
  TransferId id;
  ByteCount offset;
};
struct Hello {
  std::string epoch;
  FeatureSet features;
  std::optional<ByteCount> max_file_size;
};
struct Bye {};
struct SyncRequest {};
struct Inventory {
  std::vector<std::string> hashes;
  // Something in the list was no hash, or one too many; the others count all the same.
  bool had_others = false;
};
struct RequestFile {
  std::string hash;
};
struct Ping {};
struct Pong {};
// A type this version does not know, or `burn`: passed over in silence, which is how the protocol grows.
struct Unknown {};
// Not JSON, not an object, or a known type with fields that break a bound.
struct Malformed {};

using Message = std::variant<OfferFile, PullRequest, Meta, InvalidMeta, TransferAbort, TransferCancel, TransferPause,
                             TransferDone, TransferEnd, OfferWithdraw, Credit, Ack, LaneSignal, Segment, Hello, Bye,
                             SyncRequest, Inventory, RequestFile, Ping, Pong, Unknown, Malformed>;

}  // namespace peer_session::wire

#endif  // PEER_SESSION_SRC_WIRE_MESSAGE_H_
