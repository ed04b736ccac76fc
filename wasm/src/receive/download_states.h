// The life of a pulled file. docs/architecture.md has the picture, which is made from this table.
#ifndef PEER_SESSION_SRC_RECEIVE_DOWNLOAD_STATES_H_
#define PEER_SESSION_SRC_RECEIVE_DOWNLOAD_STATES_H_

#include <array>
#include <cstdint>

#include "state_table.h"

namespace peer_session {

enum class DownloadState : std::uint8_t {
  kPulled,     // the application wants it; it is held, or it is being looked up what is here of it
  kRequested,  // the peer is asked for it
  kReceiving,  // its `meta` has come, and its bytes follow
  kVerifying,  // whole, and being hashed
  kSuspended,  // the channel was lost before it was whole
  kPaused,     // set aside until it is resumed
  kEnded,
};

enum class DownloadEvent : std::uint8_t {
  kRequest,   // the peer is asked, from the byte on that is missing here; also once more, when the content was wrong
  kBegin,     // its `meta` comes
  kComplete,  // its last byte comes
  kVerify,    // its hash is right
  kFail,      // refused, aborted, not in time, or not what was offered
  kCancel,    // this side does not want it any more
  kLinkLost,  // there is no channel, and another may come
  kPause,     // the peer has stopped sending it, or was not asked for it
  kResume,    // it is to be asked for again
  kSessionEnd,
};

inline constexpr std::array<Transition<DownloadState, DownloadEvent>, 33> kDownloadTransitions = {{
    {DownloadState::kPulled, DownloadEvent::kRequest, DownloadState::kRequested},
    {DownloadState::kPulled, DownloadEvent::kFail, DownloadState::kEnded},
    {DownloadState::kPulled, DownloadEvent::kCancel, DownloadState::kEnded},
    {DownloadState::kPulled, DownloadEvent::kLinkLost, DownloadState::kSuspended},
    {DownloadState::kPulled, DownloadEvent::kSessionEnd, DownloadState::kEnded},
    {DownloadState::kPulled, DownloadEvent::kPause, DownloadState::kPaused},

    {DownloadState::kRequested, DownloadEvent::kBegin, DownloadState::kReceiving},
    {DownloadState::kRequested, DownloadEvent::kFail, DownloadState::kEnded},
    {DownloadState::kRequested, DownloadEvent::kCancel, DownloadState::kEnded},
    {DownloadState::kRequested, DownloadEvent::kLinkLost, DownloadState::kSuspended},
    {DownloadState::kRequested, DownloadEvent::kSessionEnd, DownloadState::kEnded},
    {DownloadState::kRequested, DownloadEvent::kPause, DownloadState::kPaused},

    {DownloadState::kReceiving, DownloadEvent::kComplete, DownloadState::kVerifying},
    {DownloadState::kReceiving, DownloadEvent::kFail, DownloadState::kEnded},
    {DownloadState::kReceiving, DownloadEvent::kCancel, DownloadState::kEnded},
    {DownloadState::kReceiving, DownloadEvent::kLinkLost, DownloadState::kSuspended},
    {DownloadState::kReceiving, DownloadEvent::kSessionEnd, DownloadState::kEnded},
    {DownloadState::kReceiving, DownloadEvent::kPause, DownloadState::kPaused},

    {DownloadState::kVerifying, DownloadEvent::kVerify, DownloadState::kEnded},
    {DownloadState::kVerifying, DownloadEvent::kRequest, DownloadState::kRequested},
    {DownloadState::kVerifying, DownloadEvent::kLinkLost, DownloadState::kSuspended},
    {DownloadState::kVerifying, DownloadEvent::kFail, DownloadState::kEnded},
    {DownloadState::kVerifying, DownloadEvent::kCancel, DownloadState::kEnded},
    {DownloadState::kVerifying, DownloadEvent::kSessionEnd, DownloadState::kEnded},

    {DownloadState::kSuspended, DownloadEvent::kRequest, DownloadState::kRequested},
    {DownloadState::kSuspended, DownloadEvent::kFail, DownloadState::kEnded},
    {DownloadState::kSuspended, DownloadEvent::kCancel, DownloadState::kEnded},
    {DownloadState::kSuspended, DownloadEvent::kSessionEnd, DownloadState::kEnded},
    {DownloadState::kSuspended, DownloadEvent::kPause, DownloadState::kPaused},

    {DownloadState::kPaused, DownloadEvent::kResume, DownloadState::kPulled},
    {DownloadState::kPaused, DownloadEvent::kFail, DownloadState::kEnded},
    {DownloadState::kPaused, DownloadEvent::kCancel, DownloadState::kEnded},
    {DownloadState::kPaused, DownloadEvent::kSessionEnd, DownloadState::kEnded},
}};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_DOWNLOAD_STATES_H_
