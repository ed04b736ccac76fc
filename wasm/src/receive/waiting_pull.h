// A pull whose file has not begun, or does not go on at the moment.
#ifndef PEER_SESSION_SRC_RECEIVE_WAITING_PULL_H_
#define PEER_SESSION_SRC_RECEIVE_WAITING_PULL_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

#include "peer_session/types.h"
#include "receive/download_states.h"
#include "receive/known_offers.h"
#include "receive/room.h"

namespace peer_session {

// What the application wants of a pull that the peer was asked for. kResumed: paused, and wanted again before the peer has answered.
enum class PauseWish : std::uint8_t { kNone, kPaused, kResumed };

struct WaitingPull {
  TransferKey key{};
  TransferId id;
  // When the peer was asked, or will have been at the latest.
  Timestamp asked_at = {};
  // What the peer said of it, when that is known.
  std::optional<KnownOffer> offer = std::nullopt;
  // What is here of it: the peer is asked for the rest.
  ByteCount offset = {};
  // What came first was not what its hash says.
  bool is_again = false;
  // Of the sink that it goes into.
  Room room = {};
  DownloadState state = DownloadState::kPulled;
  // Its place among those that are held: the higher priority first, and what was pulled earlier has the smaller turn.
  std::int32_t priority = 0;
  std::uint64_t turn = 0;
  PauseWish wish = PauseWish::kNone;
  // What is here of it has been looked up, and its sink opened.
  bool was_looked_up = false;
  // The peer has been asked for it.
  bool was_asked = false;
  // So often another one was asked for while it was the oldest.
  int overtaken = 0;

  std::string_view Id() const { return id.value; }
  ByteCount SizeOrGuess() const { return offer ? offer->size : ByteCount::MiB(1); }
  // What asking for it brings. Less than a sum of as many as can wait has room for.
  ByteCount Cost() const { return std::min(SizeOrGuess() - offset, ByteCount(std::int64_t{1} << 40)); }
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_WAITING_PULL_H_
