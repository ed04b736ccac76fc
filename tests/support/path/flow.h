#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "udp_socket.h"

namespace path_emulator {

/// The two ends of a connection; also the two sides of a flow that they see.
enum class Side { kCaller, kHidden };

/// One connection that is led over the path. Each end sees only a port of the path in the place of the other.
struct Flow {
  int id = 0;
  /// What the caller takes for the hidden end, and what the hidden end takes for the caller.
  std::unique_ptr<UdpSocket> seen_by_caller = std::make_unique<UdpSocket>();
  std::unique_ptr<UdpSocket> seen_by_hidden = std::make_unique<UdpSocket>();
  /// Said by whoever adds the flow.
  std::optional<Endpoint> hidden;
  /// Learned from its packets.
  std::optional<Endpoint> caller;
  /// Ports that an end had before. What comes to them is lost without an answer, as behind a NAT that has forgotten them.
  std::vector<std::unique_ptr<UdpSocket>> forgotten;

  const std::unique_ptr<UdpSocket>& SeenBy(Side side) const {
    return side == Side::kCaller ? seen_by_caller : seen_by_hidden;
  }
};

}  // namespace path_emulator
