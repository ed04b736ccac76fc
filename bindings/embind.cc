// The engine for JavaScript: conversion and forwarding only. Meaning and contracts are in peer_session/session.h.
//
// Functions that are given an engine, and no class of embind's: what that brings to find, wrap, compare and inherit objects is a
// twentieth of the package, and one place in JavaScript holds an engine, and lets go of it once.
#include <emscripten/bind.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actions.h"
#include "files.h"
#include "groups.h"
#include "numbers.h"
#include "options.h"

namespace peer_session::js {
namespace {

using emscripten::val;

// What an engine is told, in the order of js-glue/src/engine/inputs.ts; tests/tools/inputs.test.mjs compares the two.
enum class Input : std::uint32_t {
  kOffer,
  kPull,
  kCancelPull,
  kDecline,
  kPausePull,
  kSetPriority,
  kWithdraw,
  kAwaitDrained,
  kAwaitPeer,
  kRequestFile,
  kRequestSync,
  kSendInventory,
  kSendPing,
  kClose,
  kHandleConnecting,
  kHandleDescribed,
  kHandleOpen,
  kHandleText,
  kHandleBinary,
  kHandleBufferedAmount,
  kHandleLane,
  kHandleBlock,
  kHandleSigned,
  kHandleAuthorization,
  kHandleDigest,
  kHandleClaim,
  kHandleStored,
  kHandleStoreFailed,
  kHandlePartial,
  kHandleLost,
  kHandleClosed,
  kHandleReplaced,
  kHandleTimeout,
};

class Engine {
 public:
  Engine(const val& options, std::uint32_t group, std::uint32_t member)
      : Engine(ToOptions(JsReader(options, ToNumber(Limits().max_text))), group, member) {}

  // `first` and `second` are what the input is told in numbers and flags, in that order; `value` is all else.
  void Tell(Input input, double at, double first, double second, const val& value) {
    const Timestamp now = ToTimestamp(at);
    const TransferKey transfer = ToKey(ToNumber32(first));
    switch (input) {
      case Input::kOffer:
        return session_.Offer(now, transfer, ToFileInfo(JsReader(value, max_text_)), second != 0);
      case Input::kPull:
        // No room: into memory.
        session_.Pull(now, transfer, ToId(value), ToByteCount(second));
        return;
      case Input::kCancelPull:
        return session_.CancelPull(now, ToId(value));
      case Input::kDecline: {
        std::vector<std::string> said = ReadTexts(value, max_text_);
        return session_.Decline(now, TransferId{std::move(said[0])}, said[1]);
      }
      case Input::kPausePull:
        return first != 0 ? session_.PausePull(now, ToId(value)) : session_.ResumePull(now, ToId(value));
      case Input::kSetPriority:
        return session_.SetPriority(now, ToId(value), ToPriority(first));
      case Input::kWithdraw:
        return session_.Withdraw(now, ToId(value));
      case Input::kAwaitDrained:
        return session_.AwaitDrained(now);
      case Input::kAwaitPeer:
        return session_.AwaitPeer(now);
      case Input::kRequestFile:
        return session_.RequestFile(now, ReadText(value, max_text_));
      case Input::kRequestSync:
        return session_.RequestSync(now);
      case Input::kSendInventory:
        return session_.SendInventory(now, ReadTexts(value, max_text_));
      case Input::kSendPing:
        return session_.SendPing(now);
      case Input::kClose:
        return session_.Close(now, ToKnown(first));
      case Input::kHandleConnecting:
        return session_.HandleConnecting(now);
      case Input::kHandleDescribed:
        return session_.HandleDescribed(now);
      case Input::kHandleOpen:
        return session_.HandleOpen(now, ToByteCount(first), ToLane(second));
      case Input::kHandleText:
        return session_.HandleText(now, ReadText(value, max_text_), ToLane(first));
      case Input::kHandleBinary:
        return session_.HandleBinary(now, ToByteCount(first), ToLane(second));
      case Input::kHandleBufferedAmount:
        return session_.HandleBufferedAmount(now, ToByteCount(first), ToLane(second));
      case Input::kHandleLane: {
        const std::string description = ReadText(value, max_text_);
        return description.empty() ? session_.HandleLaneLost(now, ToLane(first))
                                   : session_.HandleLaneDescribed(now, ToLane(first), description);
      }
      case Input::kHandleBlock: {
        const JsReader answer(value, max_text_);
        const std::uint32_t number = ToNumber32(answer.Number("number").value_or(0));
        return second > 0
                   ? session_.HandleBlockReady(now, transfer, ToByteCount(second), number)
                   : session_.HandleBlockFailed(now, transfer, ReasonOf(answer.Text("reason").value_or("")), number);
      }
      case Input::kHandleSigned: {
        const JsReader given(value, max_text_);
        std::optional<std::string> signature = given.Text("signature");
        return signature ? session_.HandleSigned(now, transfer, std::move(*signature),
                                                 given.Text("publicKeyBase64").value_or(""))
                         : session_.HandleUnsigned(now, transfer);
      }
      case Input::kHandleAuthorization:
        return session_.HandleAuthorization(now, transfer, second != 0);
      case Input::kHandleDigest: {
        const std::string hash = ReadText(value, max_text_);
        return hash.empty() ? session_.HandleDigestFailed(now, transfer) : session_.HandleDigest(now, transfer, hash);
      }
      case Input::kHandleClaim:
        return session_.HandleClaim(now, transfer, second != 0);
      case Input::kHandleStored:
        // Negative: the sink has failed.
        return session_.HandleStored(now, ToId(value), ToByteCount(first));
      case Input::kHandleStoreFailed:
        return session_.HandleStoreFailed(now, transfer);
      case Input::kHandlePartial:
        return session_.HandlePartial(now, ToId(value), ToByteCount(first));
      case Input::kHandleLost:
        return session_.HandleLost(now, first != 0 ? Reason::kChannelError : Reason::kClosed, ToKnown(second));
      case Input::kHandleClosed:
        return session_.HandleClosed(now, first != 0 ? Reason::kChannelError : Reason::kClosed, ToKnown(second));
      case Input::kHandleReplaced:
        return session_.HandleClosed(now, Reason::kPeerReplaced, ToKnown(first));
      case Input::kHandleTimeout:
        return session_.HandleTimeout(now);
    }
  }

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

  static std::uint32_t ToNumber32(double value) { return static_cast<std::uint32_t>(ToCount(value)); }
  static std::int32_t ToPriority(double value) {
    constexpr double kMost = std::numeric_limits<std::int32_t>::max();
    return static_cast<std::int32_t>(std::max(-kMost, std::min(kMost, value)));
  }
  static Lane ToLane(double value) { return static_cast<Lane>(ToNumber32(value)); }
  TransferId ToId(const val& text) const { return TransferId{ReadText(text, max_text_)}; }
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

void Tell(Handle engine, std::uint32_t input, double at, double first, double second, val value) {
  At(engine).Tell(static_cast<Input>(input), at, first, second, value);
}
val PollAction(Handle engine) { return At(engine).PollAction(); }
double NextDeadline(Handle engine) { return At(engine).NextDeadline(); }
bool IsChannelOver(Handle engine) { return At(engine).IsChannelOver(); }
val GetStats(Handle engine) { return At(engine).GetStats(); }

}  // namespace

EMSCRIPTEN_BINDINGS(peer_session) {
  emscripten::function("defaultOptions", &DefaultOptions);
  emscripten::function("nextWoken", &NextWoken);
  emscripten::function("newEngine", &NewEngine);
  emscripten::function("deleteEngine", &DeleteEngine);
  emscripten::function("tell", &Tell);
  emscripten::function("pollAction", &PollAction);
  emscripten::function("nextDeadline", &NextDeadline);
  emscripten::function("isChannelOver", &IsChannelOver);
  emscripten::function("stats", &GetStats);
}

}  // namespace peer_session::js
