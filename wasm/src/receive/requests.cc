#include "receive/requests.h"

#include "wire/write.h"

namespace peer_session {
namespace {

// What lies before a request in the channel and is gone a second later, at the slowest path that counts (Timeouts::text).
constexpr ByteCount kSoonSent = ByteCount::KiB(16);

}  // namespace

Reason Requests::Send(Timestamp now, WaitingPull& pull) {
  switch (writer_.SendText(wire::WritePullRequest(pull.id, pull.offset, pull.room.said()))) {
    case ChannelWriter::TextResult::kAccepted:
      break;
    case ChannelWriter::TextResult::kTooLong:
      return Reason::kMessageTooLong;
    case ChannelWriter::TextResult::kFull:
      return Reason::kChannelFull;
  }
  pull.asked_at = now;
  const ByteCount end = writer_.Accepted();
  if (!held_back_.empty() || end - writer_.Drained() > kSoonSent) {
    held_back_.Push(HeldBack{.key = pull.key, .id = pull.id, .end = end});
    pull.asked_at = now + options_.timeouts.text;
  }
  return Reason::kNone;
}

void Requests::HandleDrained(Timestamp now, PullTable& pulls) {
  while (!held_back_.empty() && held_back_.front().end <= writer_.Drained()) {
    pulls.HasLeft(held_back_.front().key, held_back_.front().id, now);
    held_back_.PopFront();
  }
}

std::optional<ByteCount> Requests::NextDrain() const {
  if (held_back_.empty()) return std::nullopt;
  // Not the first one's: a thousand pulls at once would be a thousand waits, and to know later only means more patience.
  return held_back_.back().end;
}

}  // namespace peer_session
