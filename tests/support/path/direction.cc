#include "direction.h"

#include <utility>

namespace path_emulator {

void Counters::Count(Fate fate) {
  switch (fate) {
    case Fate::kQueueFull:
      queue_full += 1;
      break;
    case Fate::kLost:
      lost += 1;
      break;
    case Fate::kCut:
      cut += 1;
      break;
    case Fate::kStale:
      stale += 1;
      break;
    case Fate::kUnaddressed:
      unaddressed += 1;
      break;
    case Fate::kRefused:
      refused += 1;
      break;
    case Fate::kWaiting:
    case Fate::kSent:
      break;
  }
}

void Direction::Take(Packet packet, Nanoseconds arrival) {
  const auto bytes = static_cast<std::int64_t>(packet.content.size()) + kHeaderBytes;
  counters_.arrived_packets += 1;
  counters_.arrived_bytes += static_cast<std::uint64_t>(bytes);
  const Verdict verdict = link_.Take(arrival, bytes);
  if (trace_.size() < trace_limit_) {
    packet.traced = trace_.size();
    trace_.push_back({packet.flow, bytes, arrival, verdict.due, 0, verdict.fate});
  }
  if (verdict.fate != Fate::kWaiting) return counters_.Count(verdict.fate);
  packet.due = verdict.due;
  waiting_.push_back(std::move(packet));
}

std::optional<Nanoseconds> Direction::NextDue() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.front().due;
}

Packet Direction::TakeFirst() {
  Packet packet = std::move(waiting_.front());
  waiting_.pop_front();
  return packet;
}

void Direction::Settle(const Packet& packet, Fate fate, Nanoseconds now) {
  if (packet.traced && *packet.traced < trace_.size()) {
    trace_[*packet.traced].fate = fate;
    trace_[*packet.traced].sent = now;
  }
  if (fate != Fate::kSent) return counters_.Count(fate);
  counters_.packets += 1;
  counters_.payload_bytes += packet.content.size();
  counters_.bytes += packet.content.size() + static_cast<std::size_t>(kHeaderBytes);
  lateness_.Add(now - packet.due);
}

void Direction::Cut(Nanoseconds now) {
  link_.Cut(now);
  while (!waiting_.empty()) Settle(TakeFirst(), Fate::kCut, now);
}

void Direction::Trace(std::size_t packets) {
  trace_.clear();
  trace_limit_ = packets;
  for (Packet& packet : waiting_) packet.traced.reset();
}

void Direction::ResetStatistics(Nanoseconds now) {
  counters_ = {};
  lateness_ = {};
  link_.bottleneck().MeasureFrom(now);
}

}  // namespace path_emulator
