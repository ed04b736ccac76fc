/// @file
/// Why a transfer ended without its file, or why something was set aside. The codes are part of the public interface:
/// they reach users as `PeerSessionError.code`, so a code is never renamed or reused.
#ifndef PEER_SESSION_ERROR_H_
#define PEER_SESSION_ERROR_H_

#include <string_view>

namespace peer_session {

/// The reasons, grouped by what they end. docs/errors.md has each one's cause and remedy.
enum class Reason {
  kNone,  ///< nothing went wrong
  // The session.
  kClosed,          ///< close() on this side, or the channel was closed by the other
  kChannelError,    ///< the channel or its connection failed, or refused a message it should have taken
  kNotOpen,         ///< asked for before the channel was open
  kConnectTimeout,  ///< the channel did not open in time
  kPeerReplaced,    ///< the peer began anew: it offers another connection under the same ids
  // A pull or an incoming transfer.
  kPullTimeout,         ///< the peer stayed silent after the pull
  kStalled,             ///< a running transfer brought no byte for too long
  kTooSlow,             ///< a transfer kept dripping past its outer limit
  kInterrupted,         ///< the peer began another file before this one was whole
  kTooLarge,            ///< larger than this side takes
  kRefused,             ///< network.canReceiveFrom said no
  kInvalidMetadata,     ///< the `meta` for a pulled id could not be used
  kOfferMismatch,       ///< the `meta` contradicts the offer that was announced
  kTooManyBytes,        ///< more bytes than announced
  kHashMismatch,        ///< the content is not what its hash says
  kHashFailed,          ///< the content could not be hashed on this side
  kOutOfMemory,         ///< no room to keep the content
  kStoreFailed,         ///< the sink failed, is full, or took nothing for too long
  kReceiverOverloaded,  ///< too much is waiting to be verified
  kAbortedByPeer,       ///< the peer said so; an outgoing transfer too
  kCancelled,           ///< given up by this side's cancelPull
  kDeclined,            ///< said of an offer that the other side will not pull
  kTooManyPulls,        ///< more pulls at once than the limit
  // An offer or an outgoing transfer.
  kOfferExpired,    ///< nobody pulled it in time
  kOfferEvicted,    ///< made room for a newer offer
  kWithdrawn,       ///< taken back by this side's withdraw
  kUnreadable,      ///< its bytes could not be read
  kFileChanged,     ///< it changed while it was read, or since it was offered
  kWrongSize,       ///< its source brought more or fewer bytes than were said
  kNotResumable,    ///< its source can be read once only, and was read
  kHashRequired,    ///< it was to be offered without its hash, which does not do here
  kReadTimeout,     ///< its bytes did not come in time
  kMessageTooLong,  ///< its description does not fit into one message
  kChannelFull,     ///< the peer has stopped reading and the bounded outbox is full
  kSignFailed,      ///< its description could not be signed; it goes out unsigned
  kInvalidHash,     ///< what should be a SHA-256 is none
  // Reports about what the peer sent; nothing ends because of them.
  kMalformedMessage,     ///< not a message of the protocol
  kUnrequestedTransfer,  ///< a `meta` for an id that was not pulled
  kOverBudget,           ///< more of something than its rate budget allows
};

/// The stable kebab-case code, e.g. "hash-mismatch". Empty for kNone.
std::string_view CodeOf(Reason reason);

/// The reason of that code; kNone for any other text.
Reason ReasonOf(std::string_view code);

}  // namespace peer_session

#endif  // PEER_SESSION_ERROR_H_
