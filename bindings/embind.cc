// The engine for JavaScript: conversion and forwarding only. Meaning and contracts are in peer_session/session.h.
#include <emscripten/bind.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actions.h"
#include "groups.h"
#include "js_types.h"

namespace peer_session::js {
namespace {

class Engine {
 public:
  explicit Engine(const RawOptions& options)
      : membership_(options.group),
        session_(ToOptions(options), membership_.group(), static_cast<Member>(options.member)) {}

  void Offer(double now, std::uint32_t transfer, RawFile file) {
    session_.Offer(ToTimestamp(now), ToKey(transfer), ToFileInfo(std::move(file)));
  }
  bool Pull(double now, std::uint32_t transfer, std::string id) {
    return session_.Pull(ToTimestamp(now), ToKey(transfer), TransferId{std::move(id)});
  }
  void RequestFile(double now, const std::string& hash) { session_.RequestFile(ToTimestamp(now), hash); }
  void RequestSync(double now) { session_.RequestSync(ToTimestamp(now)); }
  void SendInventory(double now, const emscripten::val& hashes) {
    session_.SendInventory(ToTimestamp(now), emscripten::vecFromJSArray<std::string>(hashes));
  }
  void SendPing(double now) { session_.SendPing(ToTimestamp(now)); }
  // `buffered`: what the channel still holds; negative where that is not known.
  void Close(double now, double buffered) { session_.Close(ToTimestamp(now), ToKnown(buffered)); }

  void HandleConnecting(double now) { session_.HandleConnecting(ToTimestamp(now)); }
  void HandleDescribed(double now) { session_.HandleDescribed(ToTimestamp(now)); }
  void HandleOpen(double now, double max_message_size) {
    session_.HandleOpen(ToTimestamp(now), ToByteCount(max_message_size));
  }
  void HandleText(double now, const std::string& text) { session_.HandleText(ToTimestamp(now), text); }
  void HandleBinary(double now, double size) { session_.HandleBinary(ToTimestamp(now), ToByteCount(size)); }
  void HandleBufferedAmount(double now, double buffered) {
    session_.HandleBufferedAmount(ToTimestamp(now), ToByteCount(buffered));
  }
  void HandleBlock(double now, std::uint32_t transfer, bool ready) {
    if (ready) {
      session_.HandleBlockReady(ToTimestamp(now), ToKey(transfer));
    } else {
      session_.HandleBlockFailed(ToTimestamp(now), ToKey(transfer));
    }
  }
  // An empty signature: there is none.
  void HandleSigned(double now, std::uint32_t transfer, std::string signature, std::string public_key) {
    if (signature.empty()) {
      session_.HandleUnsigned(ToTimestamp(now), ToKey(transfer));
    } else {
      session_.HandleSigned(ToTimestamp(now), ToKey(transfer), std::move(signature), std::move(public_key));
    }
  }
  void HandleAuthorization(double now, std::uint32_t transfer, bool allowed) {
    session_.HandleAuthorization(ToTimestamp(now), ToKey(transfer), allowed);
  }
  // An empty hash: it could not be computed.
  void HandleDigest(double now, std::uint32_t transfer, const std::string& hash) {
    if (hash.empty()) {
      session_.HandleDigestFailed(ToTimestamp(now), ToKey(transfer));
    } else {
      session_.HandleDigest(ToTimestamp(now), ToKey(transfer), hash);
    }
  }
  void HandleClaim(double now, std::uint32_t transfer, bool holds) {
    session_.HandleClaim(ToTimestamp(now), ToKey(transfer), holds);
  }
  void HandleStoreFailed(double now, std::uint32_t transfer) {
    session_.HandleStoreFailed(ToTimestamp(now), ToKey(transfer));
  }
  void HandleClosed(double now, bool failed, double buffered) {
    session_.HandleClosed(ToTimestamp(now), failed ? Reason::kChannelError : Reason::kClosed, ToKnown(buffered));
  }
  void HandleReplaced(double now, double buffered) {
    session_.HandleClosed(ToTimestamp(now), Reason::kPeerReplaced, ToKnown(buffered));
  }
  void HandleTimeout(double now) { session_.HandleTimeout(ToTimestamp(now)); }

  // Undefined: no action waits.
  emscripten::val PollAction() {
    const std::optional<Action> action = session_.PollAction();
    return action ? ToJavaScript(*action) : emscripten::val::undefined();
  }
  // Milliseconds on the caller's clock; infinite when idle.
  double NextDeadline() const {
    const std::optional<Timestamp> deadline = session_.NextDeadline();
    if (!deadline) return std::numeric_limits<double>::infinity();
    return static_cast<double>(deadline->micros()) / 1000.0;
  }
  RawStats GetStats() const { return ToRaw(session_.stats()); }

 private:
  static std::optional<ByteCount> ToKnown(double bytes) {
    return bytes < 0 ? std::nullopt : std::optional<ByteCount>(ToByteCount(bytes));
  }

  Membership membership_;
  Session session_;
};

}  // namespace

EMSCRIPTEN_BINDINGS(peer_session) {
  using emscripten::class_;
  using emscripten::value_object;

  value_object<RawFile>("RawFile")
      .field("transferId", &RawFile::transferId)
      .field("name", &RawFile::name)
      .field("size", &RawFile::size)
      .field("mime", &RawFile::mime)
      .field("hash", &RawFile::hash)
      .field("isPinned", &RawFile::isPinned)
      .field("ttl", &RawFile::ttl)
      .field("originalSenderId", &RawFile::originalSenderId)
      .field("signature", &RawFile::signature)
      .field("publicKeyBase64", &RawFile::publicKeyBase64);

  value_object<RawOptions>("RawOptions")
      .field("maxFileSize", &RawOptions::maxFileSize)
      .field("maxTextLength", &RawOptions::maxTextLength)
      .field("maxPendingOffers", &RawOptions::maxPendingOffers)
      .field("maxPendingPulls", &RawOptions::maxPendingPulls)
      .field("connectTimeout", &RawOptions::connectTimeout)
      .field("offerTimeout", &RawOptions::offerTimeout)
      .field("pullTimeout", &RawOptions::pullTimeout)
      .field("stallTimeout", &RawOptions::stallTimeout)
      .field("readTimeout", &RawOptions::readTimeout)
      .field("verifyTimeout", &RawOptions::verifyTimeout)
      .field("transferTimeout", &RawOptions::transferTimeout)
      .field("maxMessageSize", &RawOptions::maxMessageSize)
      .field("highWaterMark", &RawOptions::highWaterMark)
      .field("lowWaterMark", &RawOptions::lowWaterMark)
      .field("blockSize", &RawOptions::blockSize)
      .field("readAhead", &RawOptions::readAhead)
      .field("identityCreatedAt", &RawOptions::identityCreatedAt)
      .field("signerId", &RawOptions::signerId)
      .field("group", &RawOptions::group)
      .field("member", &RawOptions::member);

  value_object<RawStats>("RawStats")
      .field("pendingOffers", &RawStats::pendingOffers)
      .field("queuedUploads", &RawStats::queuedUploads)
      .field("waitingPulls", &RawStats::waitingPulls)
      .field("unverifiedFiles", &RawStats::unverifiedFiles)
      .field("outboxBytes", &RawStats::outboxBytes)
      .field("ignoredMessages", &RawStats::ignoredMessages)
      .field("droppedBytes", &RawStats::droppedBytes);

  emscripten::function("defaultOptions", &DefaultOptions);
  emscripten::function("nextWoken", &NextWoken);

  class_<Engine>("Engine")
      .constructor<const RawOptions&>()
      .function("offer", &Engine::Offer)
      .function("pull", &Engine::Pull)
      .function("requestFile", &Engine::RequestFile)
      .function("requestSync", &Engine::RequestSync)
      .function("sendInventory", &Engine::SendInventory)
      .function("sendPing", &Engine::SendPing)
      .function("close", &Engine::Close)
      .function("handleConnecting", &Engine::HandleConnecting)
      .function("handleDescribed", &Engine::HandleDescribed)
      .function("handleOpen", &Engine::HandleOpen)
      .function("handleText", &Engine::HandleText)
      .function("handleBinary", &Engine::HandleBinary)
      .function("handleBufferedAmount", &Engine::HandleBufferedAmount)
      .function("handleBlock", &Engine::HandleBlock)
      .function("handleSigned", &Engine::HandleSigned)
      .function("handleAuthorization", &Engine::HandleAuthorization)
      .function("handleDigest", &Engine::HandleDigest)
      .function("handleClaim", &Engine::HandleClaim)
      .function("handleStoreFailed", &Engine::HandleStoreFailed)
      .function("handleClosed", &Engine::HandleClosed)
      .function("handleReplaced", &Engine::HandleReplaced)
      .function("handleTimeout", &Engine::HandleTimeout)
      .function("pollAction", &Engine::PollAction)
      .function("nextDeadline", &Engine::NextDeadline)
      .function("stats", &Engine::GetStats);
}

}  // namespace peer_session::js
