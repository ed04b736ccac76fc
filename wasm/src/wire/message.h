// The messages of docs/protocol.md, parsed. A value of these types has been checked against every bound.
#ifndef PEER_SESSION_SRC_WIRE_MESSAGE_H_
#define PEER_SESSION_SRC_WIRE_MESSAGE_H_

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "peer_session/types.h"

namespace peer_session::wire {

struct OfferFile {
  FileInfo file;
};
struct PullRequest {
  TransferId id;
};
struct Meta {
  FileInfo file;
};
// A `meta` that names no usable file. The bytes after it still belong to it, not to the transfer before; a readable id
// lets a waiting pull end at once.
struct InvalidMeta {
  std::optional<TransferId> id;
};
struct TransferAbort {
  TransferId id;
};
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

using Message = std::variant<OfferFile, PullRequest, Meta, InvalidMeta, TransferAbort, SyncRequest, Inventory,
                             RequestFile, Ping, Pong, Unknown, Malformed>;

}  // namespace peer_session::wire

#endif  // PEER_SESSION_SRC_WIRE_MESSAGE_H_
