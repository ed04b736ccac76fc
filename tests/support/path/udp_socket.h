#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nanoseconds.h"

namespace path_emulator {

struct Endpoint {
  /// In the kernel's order of bytes.
  std::uint32_t address = 0;
  std::uint16_t port = 0;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

std::optional<Endpoint> ParseEndpoint(const std::string& address, std::uint16_t port);

/// A datagram as it came, with the time at which the kernel had it.
struct Datagram {
  Nanoseconds arrival;
  Endpoint from;
  std::vector<char> content;
};

/// A UDP socket at a port of the system's choice, with as large buffers as it gives.
class UdpSocket {
 public:
  UdpSocket();
  ~UdpSocket();
  UdpSocket(const UdpSocket&) = delete;
  UdpSocket& operator=(const UdpSocket&) = delete;

  int descriptor() const { return descriptor_; }
  std::uint16_t port() const { return port_; }

  /// Appends what has come, up to a bound; false when there was nothing more.
  bool Read(std::vector<Datagram>& into);
  /// False if the kernel refused it.
  bool Send(const std::vector<char>& content, Endpoint to) const;

  /// How many datagrams the kernel dropped since the start because nobody read them in time.
  std::uint32_t overflowed() const { return overflowed_; }

 private:
  int descriptor_;
  std::uint16_t port_ = 0;
  std::uint32_t overflowed_ = 0;
};

}  // namespace path_emulator
