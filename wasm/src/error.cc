#include "peer_session/error.h"

namespace peer_session {
namespace {

constexpr Reason kLastReason = Reason::kOverBudget;

}  // namespace

std::string_view CodeOf(Reason reason) {
  switch (reason) {
    case Reason::kNone:
      return "";
    case Reason::kClosed:
      return "closed";
    case Reason::kChannelError:
      return "channel-error";
    case Reason::kNotOpen:
      return "not-open";
    case Reason::kConnectTimeout:
      return "connect-timeout";
    case Reason::kPeerReplaced:
      return "peer-replaced";
    case Reason::kPullTimeout:
      return "pull-timeout";
    case Reason::kStalled:
      return "stalled";
    case Reason::kTooSlow:
      return "too-slow";
    case Reason::kInterrupted:
      return "interrupted";
    case Reason::kTooLarge:
      return "too-large";
    case Reason::kRefused:
      return "refused";
    case Reason::kInvalidMetadata:
      return "invalid-metadata";
    case Reason::kOfferMismatch:
      return "offer-mismatch";
    case Reason::kTooManyBytes:
      return "too-many-bytes";
    case Reason::kHashMismatch:
      return "hash-mismatch";
    case Reason::kHashFailed:
      return "hash-failed";
    case Reason::kOutOfMemory:
      return "out-of-memory";
    case Reason::kStoreFailed:
      return "store-failed";
    case Reason::kReceiverOverloaded:
      return "receiver-overloaded";
    case Reason::kAbortedByPeer:
      return "aborted-by-peer";
    case Reason::kCancelled:
      return "cancelled";
    case Reason::kDeclined:
      return "declined";
    case Reason::kTooManyPulls:
      return "too-many-pulls";
    case Reason::kOfferExpired:
      return "offer-expired";
    case Reason::kOfferEvicted:
      return "offer-evicted";
    case Reason::kWithdrawn:
      return "withdrawn";
    case Reason::kUnreadable:
      return "unreadable";
    case Reason::kFileChanged:
      return "file-changed";
    case Reason::kWrongSize:
      return "wrong-size";
    case Reason::kNotResumable:
      return "not-resumable";
    case Reason::kHashRequired:
      return "hash-required";
    case Reason::kReadTimeout:
      return "read-timeout";
    case Reason::kMessageTooLong:
      return "message-too-long";
    case Reason::kChannelFull:
      return "channel-full";
    case Reason::kSignFailed:
      return "sign-failed";
    case Reason::kInvalidHash:
      return "invalid-hash";
    case Reason::kMalformedMessage:
      return "malformed-message";
    case Reason::kUnrequestedTransfer:
      return "unrequested-transfer";
    case Reason::kOverBudget:
      return "over-budget";
  }
  return "";
}

Reason ReasonOf(std::string_view code) {
  for (auto number = static_cast<int>(Reason::kNone); number <= static_cast<int>(kLastReason); ++number) {
    if (CodeOf(static_cast<Reason>(number)) == code) return static_cast<Reason>(number);
  }
  return Reason::kNone;
}

}  // namespace peer_session
