// The engine for JavaScript: conversion and forwarding only. Meaning and contracts are in peer_session/session.h.
//
// Functions that are given an engine, and no class of embind's: what that brings to find, wrap, compare and inherit objects is a
// twentieth of the package, and one place in JavaScript holds an engine, and lets go of it once.
#include <emscripten/bind.h>

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "actions.h"
#include "files.h"
#include "groups.h"
#include "numbers.h"
#include "options.h"

namespace peer_session::js {
namespace {

using emscripten::val;

class Engine {
 public:
  Engine(const val& options, std::uint32_t group, std::uint32_t member)
      : Engine(ToOptions(JsReader(options, ToNumber(Limits().max_text))), group, member) {}

  void Offer(double now, std::uint32_t transfer, val file) {
    session_.Offer(ToTimestamp(now), ToKey(transfer), ToFileInfo(JsReader(file, max_text_)));
  }
  // No room: into memory.
  bool Pull(double now, std::uint32_t transfer, val id, double room) {
    return session_.Pull(ToTimestamp(now), ToKey(transfer), TransferId{ReadText(id, max_text_)}, ToByteCount(room));
  }
  void CancelPull(double now, val id) { session_.CancelPull(ToTimestamp(now), TransferId{ReadText(id, max_text_)}); }
  void Withdraw(double now, val id) { session_.Withdraw(ToTimestamp(now), TransferId{ReadText(id, max_text_)}); }
  void AwaitDrained(double now) { session_.AwaitDrained(ToTimestamp(now)); }
  void RequestFile(double now, val hash) { session_.RequestFile(ToTimestamp(now), ReadText(hash, max_text_)); }
  void RequestSync(double now) { session_.RequestSync(ToTimestamp(now)); }
  void SendInventory(double now, val hashes) { session_.SendInventory(ToTimestamp(now), ReadTexts(hashes, max_text_)); }
  void SendPing(double now) { session_.SendPing(ToTimestamp(now)); }
  // `buffered`: what the channel still holds; negative where that is not known.
  void Close(double now, double buffered) { session_.Close(ToTimestamp(now), ToKnown(buffered)); }

  void HandleConnecting(double now) { session_.HandleConnecting(ToTimestamp(now)); }
  void HandleDescribed(double now) { session_.HandleDescribed(ToTimestamp(now)); }
  void HandleOpen(double now, double max_message_size, std::uint32_t lane) {
    session_.HandleOpen(ToTimestamp(now), ToByteCount(max_message_size), static_cast<Lane>(lane));
  }
  void HandleText(double now, val text, std::uint32_t lane) {
    session_.HandleText(ToTimestamp(now), ReadText(text, max_text_), static_cast<Lane>(lane));
  }
  void HandleBinary(double now, double size, std::uint32_t lane) {
    session_.HandleBinary(ToTimestamp(now), ToByteCount(size), static_cast<Lane>(lane));
  }
  void HandleBufferedAmount(double now, double buffered, std::uint32_t lane) {
    session_.HandleBufferedAmount(ToTimestamp(now), ToByteCount(buffered), static_cast<Lane>(lane));
  }
  // An empty description: the lane is lost.
  void HandleLane(double now, std::uint32_t lane, val description) {
    const std::string text = ReadText(description, max_text_);
    if (text.empty()) {
      session_.HandleLaneLost(ToTimestamp(now), static_cast<Lane>(lane));
    } else {
      session_.HandleLaneDescribed(ToTimestamp(now), static_cast<Lane>(lane), text);
    }
  }
  void HandleBlock(double now, std::uint32_t transfer, bool ready) {
    if (ready) {
      session_.HandleBlockReady(ToTimestamp(now), ToKey(transfer));
    } else {
      session_.HandleBlockFailed(ToTimestamp(now), ToKey(transfer));
    }
  }
  // A signature and its key; undefined: there is none.
  void HandleSigned(double now, std::uint32_t transfer, val signature) {
    const JsReader given(signature, max_text_);
    if (std::optional<std::string> text = given.Text("signature")) {
      session_.HandleSigned(ToTimestamp(now), ToKey(transfer), std::move(*text),
                            given.Text("publicKeyBase64").value_or(""));
    } else {
      session_.HandleUnsigned(ToTimestamp(now), ToKey(transfer));
    }
  }
  void HandleAuthorization(double now, std::uint32_t transfer, bool allowed) {
    session_.HandleAuthorization(ToTimestamp(now), ToKey(transfer), allowed);
  }
  // An empty hash: it could not be computed.
  void HandleDigest(double now, std::uint32_t transfer, val hash) {
    const std::string text = ReadText(hash, max_text_);
    if (text.empty()) {
      session_.HandleDigestFailed(ToTimestamp(now), ToKey(transfer));
    } else {
      session_.HandleDigest(ToTimestamp(now), ToKey(transfer), text);
    }
  }
  void HandleClaim(double now, std::uint32_t transfer, bool holds) {
    session_.HandleClaim(ToTimestamp(now), ToKey(transfer), holds);
  }
  // Negative: the sink has failed.
  void HandleStored(double now, val id, double total) {
    session_.HandleStored(ToTimestamp(now), TransferId{ReadText(id, max_text_)}, ToByteCount(total));
  }
  void HandleStoreFailed(double now, std::uint32_t transfer) {
    session_.HandleStoreFailed(ToTimestamp(now), ToKey(transfer));
  }
  void HandlePartial(double now, val id, double have) {
    session_.HandlePartial(ToTimestamp(now), TransferId{ReadText(id, max_text_)}, ToByteCount(have));
  }
  void HandleLost(double now, bool failed, double buffered) {
    session_.HandleLost(ToTimestamp(now), failed ? Reason::kChannelError : Reason::kClosed, ToKnown(buffered));
  }
  void HandleClosed(double now, bool failed, double buffered) {
    session_.HandleClosed(ToTimestamp(now), failed ? Reason::kChannelError : Reason::kClosed, ToKnown(buffered));
  }
  void HandleReplaced(double now, double buffered) {
    session_.HandleClosed(ToTimestamp(now), Reason::kPeerReplaced, ToKnown(buffered));
  }
  void HandleTimeout(double now) { session_.HandleTimeout(ToTimestamp(now)); }

  // Undefined: no action waits.
  val PollAction() {
    const std::optional<Action> action = session_.PollAction();
    return action ? ToJavaScript(*action) : val::undefined();
  }
  // Milliseconds on the caller's clock; infinite when idle.
  double NextDeadline() {
    const std::optional<Timestamp> deadline = session_.NextDeadline();
    return deadline ? ToNumber(*deadline) : std::numeric_limits<double>::infinity();
  }
  bool IsChannelOver() { return session_.IsChannelOver(); }
  val GetStats() { return ToJavaScript(session_.stats()); }

 private:
  Engine(const Options& options, std::uint32_t group, std::uint32_t member)
      : max_text_(ToNumber(options.limits.max_text)),
        membership_(group),
        session_(options, membership_.group(), static_cast<Member>(member)) {}

  static std::optional<ByteCount> ToKnown(double bytes) {
    return bytes < 0 ? std::nullopt : std::optional<ByteCount>(ToByteCount(bytes));
  }

  // Characters; no text has fewer bytes.
  double max_text_;
  Membership membership_;
  Session session_;
};

// JavaScript knows an engine by its address.
using Handle = std::uint32_t;

Engine& At(Handle engine) { return *reinterpret_cast<Engine*>(engine); }

// Group 0: none. Members are unique among all sessions.
Handle NewEngine(val options, std::uint32_t group, std::uint32_t member) {
  return reinterpret_cast<Handle>(new Engine(options, group, member));
}

void DeleteEngine(Handle engine) { delete &At(engine); }

template <auto Method>
struct Of;
template <typename Result, typename... Arguments, Result (Engine::*Method)(Arguments...)>
struct Of<Method> {
  static Result Call(Handle engine, Arguments... arguments) { return (At(engine).*Method)(std::move(arguments)...); }
};

template <auto Method>
void Export(const char* name) {
  emscripten::function(name, &Of<Method>::Call);
}

}  // namespace

EMSCRIPTEN_BINDINGS(peer_session) {
  emscripten::function("defaultOptions", &DefaultOptions);
  emscripten::function("nextWoken", &NextWoken);
  emscripten::function("newEngine", &NewEngine);
  emscripten::function("deleteEngine", &DeleteEngine);

  Export<&Engine::Offer>("offer");
  Export<&Engine::Pull>("pull");
  Export<&Engine::CancelPull>("cancelPull");
  Export<&Engine::Withdraw>("withdraw");
  Export<&Engine::AwaitDrained>("awaitDrained");
  Export<&Engine::RequestFile>("requestFile");
  Export<&Engine::RequestSync>("requestSync");
  Export<&Engine::SendInventory>("sendInventory");
  Export<&Engine::SendPing>("sendPing");
  Export<&Engine::Close>("close");
  Export<&Engine::HandleConnecting>("handleConnecting");
  Export<&Engine::HandleDescribed>("handleDescribed");
  Export<&Engine::HandleOpen>("handleOpen");
  Export<&Engine::HandleText>("handleText");
  Export<&Engine::HandleBinary>("handleBinary");
  Export<&Engine::HandleBufferedAmount>("handleBufferedAmount");
  Export<&Engine::HandleLane>("handleLane");
  Export<&Engine::HandleBlock>("handleBlock");
  Export<&Engine::HandleSigned>("handleSigned");
  Export<&Engine::HandleAuthorization>("handleAuthorization");
  Export<&Engine::HandleDigest>("handleDigest");
  Export<&Engine::HandleClaim>("handleClaim");
  Export<&Engine::HandleStored>("handleStored");
  Export<&Engine::HandleStoreFailed>("handleStoreFailed");
  Export<&Engine::HandlePartial>("handlePartial");
  Export<&Engine::HandleLost>("handleLost");
  Export<&Engine::HandleClosed>("handleClosed");
  Export<&Engine::HandleReplaced>("handleReplaced");
  Export<&Engine::HandleTimeout>("handleTimeout");
  Export<&Engine::PollAction>("pollAction");
  Export<&Engine::NextDeadline>("nextDeadline");
  Export<&Engine::IsChannelOver>("isChannelOver");
  Export<&Engine::GetStats>("stats");
}

}  // namespace peer_session::js
