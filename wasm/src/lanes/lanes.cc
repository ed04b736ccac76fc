#include "lanes/lanes.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "earlier.h"
#include "wire/parse.h"
#include "wire/write.h"

namespace peer_session {
namespace {

// Between two files that a person chooses one after the other.
constexpr Duration kLongestIdleness = Duration::Seconds(30);

}  // namespace

Lanes::Lanes(const Options& options, ActionQueue& actions, ChannelWriter& first, OutgoingLanes& outgoing,
             Sender& sender, Receiver& receiver, const Peer& peer)
    : options_(options),
      first_(first),
      outgoing_(outgoing),
      incoming_(options, actions),
      sender_(sender),
      receiver_(receiver),
      peer_(peer),
      most_(std::min<std::size_t>(options.pacing.most_lanes, kMostLanes)),
      plan_(most_) {}

bool Lanes::AreUsed() const {
  return options_.pacing.acknowledgements && options_.pacing.most_lanes > 0 && peer_.Understands(wire::Feature::kAck) &&
         peer_.Understands(wire::Feature::kLanes);
}

void Lanes::HandleSignal(Timestamp now, wire::LaneSignal signal) {
  if (signal.offer) {
    incoming_.HandleOffer(signal.number, std::move(*signal.offer));
  } else if (signal.answer) {
    outgoing_.HandleAnswer(signal.number, std::move(*signal.answer));
  } else if (outgoing_.IsOpening(signal.number)) {
    Lose(now, signal.number, /*is_closed_here=*/true);
  }
}

void Lanes::HandleArrived(Timestamp now, ByteCount arrived) {
  const std::optional<Duration> round_trip = first_.RoundTrip();
  if (!AreUsed() || !round_trip) return;
  const ByteCount left = sender_.LeftOfFront();
  const std::size_t wanted = plan_.HandleSample(now, {.arrived = arrived,
                                                      .is_held_back = first_.IsHeldBack(),
                                                      .link_rate = first_.LinkRate(),
                                                      .round_trip = *round_trip,
                                                      .left = left,
                                                      .lanes = outgoing_.kept(),
                                                      .are_opening = outgoing_.AreOpening()});
  used_at_ = now;
  const std::size_t least = left > ByteCount() ? std::min(options_.pacing.least_lanes, most_) : 0;
  outgoing_.Keep(now, std::max(wanted, least));
}

void Lanes::HandleDescribed(Timestamp now, Lane lane, const std::string& description) {
  // The peer would take it for none.
  const bool fits = description.size() <= options_.limits.max_description;
  if (const auto number = OutgoingLanes::NumberOf(lane); number && outgoing_.IsOpening(*number)) {
    if (!fits) return Lose(now, *number, /*is_closed_here=*/true);
    Say(wire::WriteLane(*number, "offer", description));
  } else if (const auto theirs = IncomingLanes::NumberOf(lane); theirs && incoming_.IsOpening(*theirs)) {
    if (!fits) incoming_.HandleGone(*theirs);
    Say(fits ? wire::WriteLane(*theirs, "answer", description) : wire::WriteNoLane(*theirs));
  }
}

void Lanes::HandleOpen(Timestamp now, Lane lane, ByteCount max_message_size) {
  if (const auto number = OutgoingLanes::NumberOf(lane)) {
    outgoing_.HandleOpen(now, *number, max_message_size);
    sender_.Pump(now);
  } else if (const auto theirs = IncomingLanes::NumberOf(lane)) {
    incoming_.HandleOpen(*theirs, max_message_size);
  }
}

void Lanes::HandleLost(Timestamp now, Lane lane) {
  if (const auto number = OutgoingLanes::NumberOf(lane)) {
    Lose(now, *number, /*is_closed_here=*/false);
  } else if (const auto theirs = IncomingLanes::NumberOf(lane); theirs && incoming_.HandleLost(*theirs)) {
    Say(wire::WriteNoLane(*theirs));
  }
}

bool Lanes::HandleText(Timestamp now, Lane lane, std::string_view text) {
  wire::Message message = wire::Parse(text, options_.limits, peer_.features);
  if (const auto number = OutgoingLanes::NumberOf(lane)) {
    const auto* ack = std::get_if<wire::Ack>(&message);
    if (ack == nullptr) return false;
    const ByteCount arrived = outgoing_.Acknowledge(now, *number, ack->received, ack->at);
    if (arrived == ByteCount()) return false;
    HandleArrived(now, arrived);
    sender_.HandleAcknowledged(now);
    return true;
  }
  auto* segment = std::get_if<wire::Segment>(&message);
  const auto number = IncomingLanes::NumberOf(lane);
  if (segment == nullptr || !number) return false;
  incoming_.HandleSegment(*number, std::move(*segment));
  return true;
}

void Lanes::HandleBinary(Timestamp now, Lane lane, ByteCount size) {
  const auto number = IncomingLanes::NumberOf(lane);
  const std::optional<wire::Segment> place = number ? incoming_.Receive(now, *number, size) : std::nullopt;
  if (place) {
    receiver_.HandlePiece(now, place->id, place->offset, size);
  } else {
    receiver_.Drop(size);
  }
  if (number) incoming_.Acknowledge(*number);
}

void Lanes::HandleBuffered(Timestamp now, Lane lane, ByteCount buffered) {
  if (const auto number = OutgoingLanes::NumberOf(lane)) {
    outgoing_.HandleBuffered(*number, buffered);
    sender_.Pump(now);
  } else if (const auto theirs = IncomingLanes::NumberOf(lane)) {
    incoming_.HandleBuffered(now, *theirs, buffered);
  }
}

void Lanes::HandleTimeout(Timestamp now) {
  while (const auto overdue = outgoing_.Overdue(now)) Lose(now, *overdue, /*is_closed_here=*/true);
  incoming_.HandleTimeout(now);
  if (!outgoing_.empty() && sender_.IsIdle() && now >= used_at_ + kLongestIdleness) outgoing_.Close();
}

std::optional<Timestamp> Lanes::NextDeadline() const {
  std::optional<Timestamp> earliest = Earlier(outgoing_.NextDeadline(), incoming_.NextDeadline());
  if (!outgoing_.empty() && sender_.IsIdle()) {
    earliest = Earlier(earliest, std::optional<Timestamp>(used_at_ + kLongestIdleness));
  }
  return earliest;
}

void Lanes::Close() {
  outgoing_.Close();
  incoming_.Close();
}

void Lanes::QueueAwaits() {
  outgoing_.QueueAwaits();
  incoming_.QueueAwaits();
}

void Lanes::Lose(Timestamp now, std::uint32_t number, bool is_closed_here) {
  plan_.HandleFailure(now);
  sender_.SendAgain(now, is_closed_here ? outgoing_.Close(number) : outgoing_.HandleLost(number));
}

void Lanes::Say(std::string text) {
  if (first_.IsOpen()) first_.SendText(std::move(text));
}

}  // namespace peer_session
