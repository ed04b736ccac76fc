#include "lanes/outgoing_lanes.h"

#include <utility>

#include "earlier.h"

namespace peer_session {

void OutgoingLanes::SetTime(Timestamp now) {
  for (const std::unique_ptr<OutgoingLane>& lane : lanes_) {
    if (lane) lane->writer().SetTime(now);
  }
}

std::optional<std::uint32_t> OutgoingLanes::NumberOf(Lane lane) {
  const auto index = static_cast<std::uint32_t>(lane);
  if (index == 0 || index > kMostLanes) return std::nullopt;
  return index;
}

void OutgoingLanes::Keep(Timestamp now, std::size_t count) {
  std::size_t have = kept();
  for (std::uint32_t number = 1; number <= kMostLanes && have < count; ++number) {
    if (At(number)) continue;
    At(number) = std::make_unique<OutgoingLane>(options_, actions_, LaneOf(number), now);
    actions_.Push(OpenLane{LaneOf(number)});
    ++have;
  }
  for (std::uint32_t number = kMostLanes; number > 0 && have > count; --number) {
    if (!At(number) || At(number)->IsRetired()) continue;
    At(number)->Retire();
    --have;
  }
  CloseRetired();
}

void OutgoingLanes::CloseRetired() {
  for (std::uint32_t number = 1; number <= kMostLanes; ++number) {
    if (At(number) && At(number)->IsRetired() && At(number)->IsEmpty()) Close(number);
  }
}

bool OutgoingLanes::IsOpening(std::uint32_t number) const {
  const OutgoingLane* lane = lanes_.at(number - 1).get();
  return lane != nullptr && !lane->writer().IsOpen();
}

void OutgoingLanes::HandleAnswer(std::uint32_t number, std::string description) {
  if (IsOpening(number)) actions_.Push(AcceptLane{.lane = LaneOf(number), .description = std::move(description)});
}

void OutgoingLanes::HandleOpen(Timestamp now, std::uint32_t number, ByteCount max_message_size) {
  if (IsOpening(number)) At(number)->Open(now, max_message_size);
}

void OutgoingLanes::HandleBuffered(std::uint32_t number, ByteCount buffered) {
  OutgoingLane* lane = At(number).get();
  if (lane != nullptr && lane->writer().IsOpen()) lane->writer().SetBuffered(buffered);
}

ByteCount OutgoingLanes::Acknowledge(Timestamp now, std::uint32_t number, ByteCount total, Timestamp arrived_at) {
  OutgoingLane* lane = At(number).get();
  if (lane == nullptr) return {};
  const ByteCount arrived = lane->Acknowledge(now, total, arrived_at);
  CloseRetired();
  return arrived;
}

OutgoingLane* OutgoingLanes::WithRoom() {
  for (const std::unique_ptr<OutgoingLane>& lane : lanes_) {
    if (lane && !lane->IsRetired() && lane->writer().Window() > ByteCount()) return lane.get();
  }
  return nullptr;
}

void OutgoingLanes::WantRoom() {
  for (const std::unique_ptr<OutgoingLane>& lane : lanes_) {
    if (lane && lane->writer().IsOpen()) lane->writer().WantWindow();
  }
}

bool OutgoingLanes::Carry(TransferKey transfer, int pull) const {
  for (const std::unique_ptr<OutgoingLane>& lane : lanes_) {
    if (lane && lane->Carries(transfer, pull)) return true;
  }
  return false;
}

Fifo<Piece> OutgoingLanes::HandleLost(std::uint32_t number) {
  const std::unique_ptr<OutgoingLane> lane = std::exchange(At(number), nullptr);
  return lane ? lane->TakePieces() : Fifo<Piece>();
}

std::optional<std::uint32_t> OutgoingLanes::Overdue(Timestamp now) const {
  for (std::uint32_t number = 1; number <= kMostLanes; ++number) {
    const OutgoingLane* lane = lanes_.at(number - 1).get();
    if (lane == nullptr) continue;
    if (const auto due = lane->Deadline(); due && now >= *due) return number;
  }
  return std::nullopt;
}

Fifo<Piece> OutgoingLanes::Close(std::uint32_t number) {
  if (At(number)) actions_.Push(CloseLane{LaneOf(number)});
  return HandleLost(number);
}

void OutgoingLanes::Close() {
  for (std::uint32_t number = 1; number <= kMostLanes; ++number) Close(number);
}

std::optional<Timestamp> OutgoingLanes::NextDeadline() const {
  std::optional<Timestamp> earliest;
  for (const std::unique_ptr<OutgoingLane>& lane : lanes_) {
    if (lane) earliest = Earlier(earliest, lane->Deadline());
  }
  return earliest;
}

void OutgoingLanes::QueueAwaits() {
  for (const std::unique_ptr<OutgoingLane>& lane : lanes_) {
    if (lane) lane->writer().QueueAwait(std::nullopt);
  }
}

std::size_t OutgoingLanes::kept() const {
  std::size_t count = 0;
  for (const std::unique_ptr<OutgoingLane>& lane : lanes_) count += lane && !lane->IsRetired() ? 1U : 0U;
  return count;
}

bool OutgoingLanes::AreOpening() const {
  for (std::uint32_t number = 1; number <= kMostLanes; ++number) {
    if (IsOpening(number)) return true;
  }
  return false;
}

bool OutgoingLanes::empty() const {
  for (const std::unique_ptr<OutgoingLane>& lane : lanes_) {
    if (lane) return false;
  }
  return true;
}

std::size_t OutgoingLanes::open() const {
  std::size_t count = 0;
  for (const std::unique_ptr<OutgoingLane>& lane : lanes_) count += lane && lane->writer().IsOpen() ? 1U : 0U;
  return count;
}

}  // namespace peer_session
