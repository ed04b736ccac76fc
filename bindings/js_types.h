// The shapes that cross between the engine and JavaScript, and one converter for each.
//
// They are flat on purpose: an action is one value object whatever its kind, so a call costs the same small amount, and
// TypeScript narrows it by `kind`. Times are milliseconds, sizes are bytes, both as JavaScript numbers.
#ifndef PEER_SESSION_BINDINGS_JS_TYPES_H_
#define PEER_SESSION_BINDINGS_JS_TYPES_H_

#include <cstdint>
#include <string>

#include "peer_session/session.h"

namespace peer_session::js {

// The names are JavaScript's: these structs are its side of the border.
// NOLINTBEGIN(readability-identifier-naming)

// js-glue/src/engine/action.ts narrows these; a new kind goes to the end.
enum class ActionKind : std::uint32_t {
  kNone = 0,
  kSendText = 1,
  kSendBytes = 2,
  kAwaitLow = 3,
  kClosed = 4,
  kReadBlock = 5,
  kUploadEnded = 6,
  kStoreChunk = 7,
  kDropChunk = 8,
  kAuthorize = 9,
  kVerify = 10,
  kDeliver = 11,
  kFailed = 12,
  kConnected = 13,
  kOfferReceived = 14,
  kSyncRequested = 15,
  kInventoryReceived = 16,
  kFileRequested = 17,
  kReport = 18,
  kSignFile = 19,
};

struct RawAction {
  std::uint32_t kind = 0;
  std::uint32_t transfer = 0;
  double offset = 0;
  double length = 0;
  double messageSize = 0;
  double fileSize = 0;
  // A message, a reason's code, a hash, or a described file as JSON.
  std::string text;
  // Whether another action waits; saves the last call of each drain.
  bool more = false;
};

struct RawFile {
  std::string transferId;
  std::string name;
  double size = 0;
  std::string mime;
  std::string hash;
  bool isPinned = false;
  double ttl = 0;                // NaN: none
  std::string originalSenderId;  // empty: none
  std::string signature;         // empty: none
  std::string publicKeyBase64;   // empty: none
};

struct RawOptions {
  double maxFileSize = 0;
  double maxTextLength = 0;
  double maxPendingOffers = 0;
  double maxPendingPulls = 0;
  double connectTimeout = 0;
  double offerTimeout = 0;
  double pullTimeout = 0;
  double stallTimeout = 0;
  double readTimeout = 0;
  double verifyTimeout = 0;
  double transferTimeout = 0;
  double maxMessageSize = 0;
  double highWaterMark = 0;
  double lowWaterMark = 0;
  double blockSize = 0;
  double readAhead = 0;
  double identityCreatedAt = 0;  // NaN: none
  std::string signerId;          // empty: not a signed session
  std::uint32_t group = 0;       // 0: none
  std::uint32_t member = 0;      // unique among all sessions
};

struct RawStats {
  double pendingOffers = 0;
  double queuedUploads = 0;
  double waitingPulls = 0;
  double unverifiedFiles = 0;
  double outboxBytes = 0;
  double ignoredMessages = 0;
  double droppedBytes = 0;
};

// NOLINTEND(readability-identifier-naming)

Timestamp ToTimestamp(double milliseconds);
ByteCount ToByteCount(double bytes);
TransferKey ToKey(std::uint32_t transfer);
FileInfo ToFileInfo(RawFile file);
Options ToOptions(const RawOptions& options);
// The engine's defaults, so that they stand in one place.
RawOptions DefaultOptions();
RawAction ToRaw(Action action);
RawStats ToRaw(const Stats& stats);

}  // namespace peer_session::js

#endif  // PEER_SESSION_BINDINGS_JS_TYPES_H_
