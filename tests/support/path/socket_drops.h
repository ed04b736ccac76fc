#pragma once

#include <cstdint>
#include <set>

namespace path_emulator {

/// How many datagrams the kernel has dropped at this machine's UDP sockets with these ports, since each was opened.
std::uint64_t SocketDrops(const std::set<std::uint16_t>& ports);

}  // namespace path_emulator
