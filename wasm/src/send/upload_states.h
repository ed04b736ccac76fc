// The life of an offered file. docs/architecture.md has the picture, which is made from this table.
#ifndef PEER_SESSION_SRC_SEND_UPLOAD_STATES_H_
#define PEER_SESSION_SRC_SEND_UPLOAD_STATES_H_

#include <array>
#include <cstdint>

#include "state_table.h"

namespace peer_session {

enum class UploadState : std::uint8_t {
  kOffered,      // announced
  kQueued,       // pulled, and waits its turn
  kSending,      // its `meta` is handed over, and its bytes follow
  kLeaving,      // handed over whole, and not all of it has left the channel
  kUnconfirmed,  // left the channel; the peer is expected to confirm it
  kSuspended,    // pulled before the channel was lost, or before the peer paused it, and not pulled again yet
  kEnded,
};

enum class UploadEvent : std::uint8_t {
  kPull,      // the peer asks for it
  kBegin,     // its turn has come, and its first block
  kHandOver,  // its last byte is handed to the channel
  kLeave,     // its last byte has left the channel, and the peer is of those that confirm
  kSent,      // the same, and nothing more will be heard of it
  kConfirm,   // the peer has it, whole and verified
  kCancel,    // the peer does not want it, or not any more
  kWithdraw,  // this side takes it back
  kFail,      // it cannot be read, or not in time
  kExpire,    // nobody asked for it in time, or it made room for another
  kLinkLost,  // the channel is lost, and another may come
  kPause,     // the peer does not want it now
  kSessionEnd,
};

inline constexpr std::array<Transition<UploadState, UploadEvent>, 37> kUploadTransitions = {{
    {UploadState::kOffered, UploadEvent::kPull, UploadState::kQueued},
    {UploadState::kOffered, UploadEvent::kCancel, UploadState::kEnded},
    {UploadState::kOffered, UploadEvent::kWithdraw, UploadState::kEnded},
    {UploadState::kOffered, UploadEvent::kExpire, UploadState::kEnded},
    {UploadState::kOffered, UploadEvent::kSessionEnd, UploadState::kEnded},

    {UploadState::kQueued, UploadEvent::kBegin, UploadState::kSending},
    {UploadState::kQueued, UploadEvent::kCancel, UploadState::kEnded},
    {UploadState::kQueued, UploadEvent::kWithdraw, UploadState::kEnded},
    {UploadState::kQueued, UploadEvent::kFail, UploadState::kEnded},
    {UploadState::kQueued, UploadEvent::kLinkLost, UploadState::kSuspended},
    {UploadState::kQueued, UploadEvent::kSessionEnd, UploadState::kEnded},
    {UploadState::kQueued, UploadEvent::kPause, UploadState::kSuspended},

    {UploadState::kSending, UploadEvent::kHandOver, UploadState::kLeaving},
    {UploadState::kSending, UploadEvent::kCancel, UploadState::kEnded},
    {UploadState::kSending, UploadEvent::kWithdraw, UploadState::kEnded},
    {UploadState::kSending, UploadEvent::kFail, UploadState::kEnded},
    {UploadState::kSending, UploadEvent::kLinkLost, UploadState::kSuspended},
    {UploadState::kSending, UploadEvent::kSessionEnd, UploadState::kEnded},
    {UploadState::kSending, UploadEvent::kPause, UploadState::kSuspended},

    {UploadState::kLeaving, UploadEvent::kLeave, UploadState::kUnconfirmed},
    {UploadState::kLeaving, UploadEvent::kSent, UploadState::kEnded},
    {UploadState::kLeaving, UploadEvent::kConfirm, UploadState::kEnded},
    {UploadState::kLeaving, UploadEvent::kCancel, UploadState::kEnded},
    {UploadState::kLeaving, UploadEvent::kLinkLost, UploadState::kSuspended},
    {UploadState::kLeaving, UploadEvent::kSessionEnd, UploadState::kEnded},

    {UploadState::kUnconfirmed, UploadEvent::kPull, UploadState::kQueued},
    {UploadState::kUnconfirmed, UploadEvent::kConfirm, UploadState::kEnded},
    {UploadState::kUnconfirmed, UploadEvent::kCancel, UploadState::kEnded},
    {UploadState::kUnconfirmed, UploadEvent::kExpire, UploadState::kEnded},
    {UploadState::kUnconfirmed, UploadEvent::kLinkLost, UploadState::kSuspended},
    {UploadState::kUnconfirmed, UploadEvent::kSessionEnd, UploadState::kEnded},

    {UploadState::kSuspended, UploadEvent::kPull, UploadState::kQueued},
    {UploadState::kSuspended, UploadEvent::kConfirm, UploadState::kEnded},
    {UploadState::kSuspended, UploadEvent::kCancel, UploadState::kEnded},
    {UploadState::kSuspended, UploadEvent::kWithdraw, UploadState::kEnded},
    {UploadState::kSuspended, UploadEvent::kExpire, UploadState::kEnded},
    {UploadState::kSuspended, UploadEvent::kSessionEnd, UploadState::kEnded},
}};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_SEND_UPLOAD_STATES_H_
