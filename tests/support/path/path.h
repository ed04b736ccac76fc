#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "direction.h"
#include "flow.h"
#include "kernel_stamps.h"
#include "nanoseconds.h"

namespace path_emulator {

/// One path with two directions, and the flows that share them.
class Path {
 public:
  /// Which sockets are watched is told to an epoll of the caller's.
  Path(int epoll, Nanoseconds now);

  const Flow& AddFlow();
  bool RemoveFlow(int id);
  Flow* Find(int id);
  /// This end gets another address, as after a NAT has forgotten it: the other end sees its packets come from a new port, and
  /// what goes to the old one is lost. Whatever has passed the old one already still arrives.
  void Rebind(Flow& flow, Side end);

  /// By where it leads.
  Direction& Towards(Side side) { return side == Side::kHidden ? to_hidden_ : to_caller_; }

  /// Reads all sockets and takes what came, in the order of its arrival.
  void Read();
  /// Sends what is due.
  void SendDue();
  std::optional<Nanoseconds> NextDue() const;

  void ResetStatistics();
  /// Datagrams that the kernel dropped because this process did not read them in time.
  std::uint64_t Overflowed(Side towards) const;
  /// The same, but by the end that this direction leads to; and the end's own doing.
  std::uint64_t OverflowedAtEnd(Side towards) const;
  Nanoseconds measured_from() const { return measured_from_; }

 private:
  struct Arrived {
    int flow;
    Side towards;
    std::uint16_t came_by;
    Datagram datagram;
  };

  void Watch(const UdpSocket& socket) const;
  void ReadSocket(UdpSocket& socket, int flow, Side towards, std::vector<Arrived>& all);
  void TakeArrived(Arrived arrived);
  void SendDue(Side towards);
  Fate Deliver(const Packet& packet, Side towards);
  std::uint64_t OverflowedEver(Side towards) const;
  std::uint64_t OverflowedAtEndEver(Side towards) const;

  KernelStamps stamps_;
  int epoll_;
  Direction to_hidden_;
  Direction to_caller_;
  std::map<int, Flow> flows_;
  int next_flow_ = 1;
  Nanoseconds measured_from_;
  /// Before the statistics were reset, or by flows that are gone.
  std::map<Side, std::uint64_t> overflowed_before_;
  std::map<Side, std::uint64_t> overflowed_at_end_before_;
  std::map<Side, std::uint64_t> overflowed_of_removed_;
};

}  // namespace path_emulator
