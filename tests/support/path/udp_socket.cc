#include "udp_socket.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <system_error>

#include "clock.h"

namespace path_emulator {
namespace {

constexpr std::size_t kBatch = 32;
constexpr std::size_t kLargestDatagram = 65'536;
constexpr int kBufferBytes = 8 << 20;

[[noreturn]] void Fail(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

void Set(int descriptor, int option, int value) {
  if (setsockopt(descriptor, SOL_SOCKET, option, &value, sizeof value) != 0) Fail("setsockopt");
}

/// Beyond the system's limit where that is allowed.
void SetBuffer(int descriptor, int forced, int ordinary) {
  if (setsockopt(descriptor, SOL_SOCKET, forced, &kBufferBytes, sizeof kBufferBytes) == 0) return;
  Set(descriptor, ordinary, kBufferBytes);
}

/// What recvmmsg fills; one for all sockets, as one thread reads them.
struct Batch {
  struct alignas(cmsghdr) Control {
    std::array<char, CMSG_SPACE(sizeof(timespec)) + CMSG_SPACE(sizeof(std::uint32_t))> bytes;
  };
  std::array<std::array<char, kLargestDatagram>, kBatch> contents;
  std::array<Control, kBatch> controls;
  std::array<sockaddr_in, kBatch> senders;
  std::array<iovec, kBatch> vectors;
  std::array<mmsghdr, kBatch> messages;

  void Prepare() {
    for (std::size_t i = 0; i < kBatch; i += 1) {
      vectors[i] = {contents[i].data(), contents[i].size()};
      messages[i] = {};
      messages[i].msg_hdr.msg_name = &senders[i];
      messages[i].msg_hdr.msg_namelen = sizeof senders[i];
      messages[i].msg_hdr.msg_iov = &vectors[i];
      messages[i].msg_hdr.msg_iovlen = 1;
      messages[i].msg_hdr.msg_control = controls[i].bytes.data();
      messages[i].msg_hdr.msg_controllen = controls[i].bytes.size();
    }
  }
};

Batch& SharedBatch() {
  static Batch batch;
  return batch;
}

}  // namespace

std::optional<Endpoint> ParseEndpoint(const std::string& address, std::uint16_t port) {
  in_addr parsed{};
  if (inet_pton(AF_INET, address.c_str(), &parsed) != 1 || port == 0) return std::nullopt;
  return Endpoint{parsed.s_addr, port};
}

UdpSocket::UdpSocket() : descriptor_(socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  if (descriptor_ < 0) Fail("socket");
  SetBuffer(descriptor_, SO_RCVBUFFORCE, SO_RCVBUF);
  SetBuffer(descriptor_, SO_SNDBUFFORCE, SO_SNDBUF);
  Set(descriptor_, SO_TIMESTAMPNS, 1);
  Set(descriptor_, SO_RXQ_OVFL, 1);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  if (bind(descriptor_, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0) Fail("bind");
  socklen_t length = sizeof any;
  if (getsockname(descriptor_, reinterpret_cast<sockaddr*>(&any), &length) != 0) Fail("getsockname");
  port_ = ntohs(any.sin_port);
}

UdpSocket::~UdpSocket() { close(descriptor_); }

bool UdpSocket::Read(std::vector<Datagram>& into) {
  Batch& batch = SharedBatch();
  batch.Prepare();
  const int count = recvmmsg(descriptor_, batch.messages.data(), kBatch, MSG_DONTWAIT, nullptr);
  // A closed browser's port answers "unreachable"; that is nothing to read.
  if (count <= 0) return false;
  const Nanoseconds now = Now();
  const Nanoseconds ahead = TimeOfDayAhead();
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); i += 1) {
    msghdr& header = batch.messages[i].msg_hdr;
    Nanoseconds arrival = now;
    for (cmsghdr* control = CMSG_FIRSTHDR(&header); control != nullptr; control = CMSG_NXTHDR(&header, control)) {
      if (control->cmsg_level != SOL_SOCKET) continue;
      if (control->cmsg_type == SCM_TIMESTAMPNS) {
        timespec stamp{};
        std::memcpy(&stamp, CMSG_DATA(control), sizeof stamp);
        arrival = ToNanoseconds(stamp) - ahead;
      } else if (control->cmsg_type == SO_RXQ_OVFL) {
        std::memcpy(&overflowed_, CMSG_DATA(control), sizeof overflowed_);
      }
    }
    const sockaddr_in& sender = batch.senders[i];
    const char* content = batch.contents[i].data();
    into.push_back({arrival,
                    {sender.sin_addr.s_addr, ntohs(sender.sin_port)},
                    std::vector<char>(content, content + batch.messages[i].msg_len)});
  }
  return static_cast<std::size_t>(count) == kBatch;
}

bool UdpSocket::Send(const std::vector<char>& content, Endpoint to) const {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = to.address;
  address.sin_port = htons(to.port);
  return sendto(descriptor_, content.data(), content.size(), MSG_DONTWAIT, reinterpret_cast<const sockaddr*>(&address),
                sizeof address) >= 0;
}

}  // namespace path_emulator
