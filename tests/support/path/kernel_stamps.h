#pragma once

#include "udp_socket.h"

namespace path_emulator {

/// While one of these exists, the kernel stamps each datagram as it comes. It begins to a moment after the first socket has
/// asked for it; until then it says when a datagram was read, which would be taken for its arrival.
class KernelStamps {
 public:
  /// Waits until it has begun.
  KernelStamps();

 private:
  UdpSocket asking_;
};

}  // namespace path_emulator
