#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "lateness.h"
#include "link.h"
#include "nanoseconds.h"

namespace path_emulator {

/// What the headers of IPv4 and UDP add to a datagram on the wire.
constexpr std::int64_t kHeaderBytes = 28;

/// A datagram on its way through one direction of the path.
struct Packet {
  int flow;
  /// The socket that it came in by: if that port is given up meanwhile, the packet is too.
  std::uint16_t came_by;
  std::vector<char> content;
  Nanoseconds due = 0;
  /// Where it stands in the trace, if it does.
  std::optional<std::size_t> traced;
};

struct Counters {
  std::uint64_t arrived_packets = 0;
  std::uint64_t arrived_bytes = 0;
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t payload_bytes = 0;
  std::uint64_t queue_full = 0;
  std::uint64_t lost = 0;
  std::uint64_t cut = 0;
  /// To or by a port that was given up.
  std::uint64_t stale = 0;
  /// Of nobody that the path knows, or to nobody.
  std::uint64_t unaddressed = 0;
  /// By the kernel when they were sent.
  std::uint64_t refused = 0;

  void Count(Fate fate);
};

/// What happened to one packet, for a test to compute it anew.
struct TraceEntry {
  int flow;
  std::int64_t bytes;
  Nanoseconds arrival;
  Nanoseconds due;
  Nanoseconds sent;
  Fate fate;
};

/// One direction of the path, which all flows share: what it holds, and what it has counted.
class Direction {
 public:
  Direction(std::uint32_t seed, Nanoseconds now) : link_(seed, now) {}

  void Take(Packet packet, Nanoseconds arrival);
  /// For a packet that comes by no known way.
  void Refuse(Fate fate) { counters_.Count(fate); }

  std::optional<Nanoseconds> NextDue() const;
  /// The first packet; only if there is one.
  Packet TakeFirst();
  /// What has become of it; a sent one is counted with how late it was.
  void Settle(const Packet& packet, Fate fate, Nanoseconds now);

  void Cut(Nanoseconds now);

  /// Remembers the next so many packets, and forgets those before.
  void Trace(std::size_t packets);
  const std::vector<TraceEntry>& trace() const { return trace_; }

  void ResetStatistics(Nanoseconds now);

  Link& link() { return link_; }
  const Counters& counters() const { return counters_; }
  const Lateness& lateness() const { return lateness_; }
  std::size_t waiting() const { return waiting_.size(); }

 private:
  Link link_;
  /// In the order of their time, as none overtakes another.
  std::deque<Packet> waiting_;
  Counters counters_;
  Lateness lateness_;
  std::vector<TraceEntry> trace_;
  std::size_t trace_limit_ = 0;
};

}  // namespace path_emulator
