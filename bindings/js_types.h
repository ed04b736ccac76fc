// The shapes that JavaScript hands in, or asks for, and one converter for each. Times are milliseconds, sizes are bytes, both as
// JavaScript numbers. What the engine wants done is in actions.h.
#ifndef PEER_SESSION_BINDINGS_JS_TYPES_H_
#define PEER_SESSION_BINDINGS_JS_TYPES_H_

#include <cstdint>
#include <string>

#include "peer_session/session.h"

namespace peer_session::js {

// The names are JavaScript's: these structs are its side of the border.
// NOLINTBEGIN(readability-identifier-naming)

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
RawStats ToRaw(const Stats& stats);

}  // namespace peer_session::js

#endif  // PEER_SESSION_BINDINGS_JS_TYPES_H_
