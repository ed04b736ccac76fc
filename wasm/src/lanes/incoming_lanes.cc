#include "lanes/incoming_lanes.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "earlier.h"

namespace peer_session {

std::optional<std::uint32_t> IncomingLanes::NumberOf(Lane lane) {
  const auto index = static_cast<std::uint32_t>(lane);
  if (index <= kMostLanes || index > 2 * kMostLanes) return std::nullopt;
  return index - kMostLanes;
}

void IncomingLanes::HandleOffer(std::uint32_t number, std::string description) {
  HandleGone(number);
  At(number) = std::make_unique<State>(options_, actions_, LaneOf(number));
  actions_.Push(AnswerLane{.lane = LaneOf(number), .description = std::move(description)});
}

void IncomingLanes::HandleGone(std::uint32_t number) {
  if (!At(number)) return;
  At(number).reset();
  actions_.Push(CloseLane{LaneOf(number)});
}

bool IncomingLanes::IsOpening(std::uint32_t number) const {
  const State* lane = lanes_.at(number - 1).get();
  return lane != nullptr && !lane->writer.IsOpen();
}

void IncomingLanes::HandleOpen(std::uint32_t number, ByteCount max_message_size) {
  if (State* lane = At(number).get()) lane->writer.Open(max_message_size);
}

void IncomingLanes::HandleSegment(std::uint32_t number, wire::Segment segment) {
  if (State* lane = At(number).get()) lane->next = std::move(segment);
}

void IncomingLanes::HandleBuffered(Timestamp now, std::uint32_t number, ByteCount buffered) {
  State* lane = At(number).get();
  if (lane == nullptr || !lane->writer.IsOpen()) return;
  lane->writer.SetTime(now);
  lane->writer.SetBuffered(buffered);
  if (lane->arrivals.IsAckDue()) lane->arrivals.SayOn(lane->writer);
}

bool IncomingLanes::HandleLost(std::uint32_t number) {
  const std::unique_ptr<State> lane = std::exchange(At(number), nullptr);
  return lane && !lane->writer.IsOpen();
}

std::optional<wire::Segment> IncomingLanes::Receive(Timestamp now, std::uint32_t number, ByteCount size) {
  State* lane = At(number).get();
  if (lane == nullptr || size <= ByteCount()) return std::nullopt;
  lane->writer.SetTime(now);
  lane->arrivals.Receive(now, size);
  if (!lane->next) return std::nullopt;
  wire::Segment here = *lane->next;
  // Beyond any file it is as good as anywhere else.
  constexpr ByteCount kMost = ByteCount::Largest();
  lane->next->offset = std::min(here.offset + std::min(size, kMost), kMost);
  return here;
}

void IncomingLanes::Acknowledge(std::uint32_t number) {
  if (State* lane = At(number).get(); lane != nullptr && lane->arrivals.IsAckDue()) {
    lane->arrivals.SayOn(lane->writer);
  }
}

void IncomingLanes::HandleTimeout(Timestamp now) {
  for (const std::unique_ptr<State>& lane : lanes_) {
    if (!lane) continue;
    lane->writer.SetTime(now);
    if (const auto due = lane->AckDeadline(); due && now >= *due) lane->arrivals.SayOn(lane->writer);
  }
}

std::optional<Timestamp> IncomingLanes::NextDeadline() const {
  std::optional<Timestamp> earliest;
  for (const std::unique_ptr<State>& lane : lanes_) {
    if (lane) earliest = Earlier(earliest, lane->AckDeadline());
  }
  return earliest;
}

void IncomingLanes::Close() {
  for (std::uint32_t number = 1; number <= kMostLanes; ++number) HandleGone(number);
}

void IncomingLanes::QueueAwaits() {
  for (const std::unique_ptr<State>& lane : lanes_) {
    if (!lane) continue;
    // Also one that is not due before its deadline, which begins when there is room for it.
    const bool owes_ack = lane->arrivals.AckDeadline() && !lane->writer.IsEmpty();
    lane->writer.QueueAwait(owes_ack ? std::optional<ByteCount>(lane->writer.Accepted()) : std::nullopt);
  }
}

std::size_t IncomingLanes::size() const {
  std::size_t open = 0;
  for (const std::unique_ptr<State>& lane : lanes_) open += lane && lane->writer.IsOpen() ? 1U : 0U;
  return open;
}

}  // namespace peer_session
