#include "kernel_stamps.h"

#include <unistd.h>

#include <stdexcept>
#include <vector>

#include "clock.h"

namespace path_emulator {
namespace {

constexpr Nanoseconds kLongest = 5 * kSecond;
/// What lies so long before it is read has a stamp that cannot be of the reading.
constexpr Nanoseconds kPause = 300 * kMicrosecond;

}  // namespace

KernelStamps::KernelStamps() {
  const Endpoint itself = *ParseEndpoint("127.0.0.1", asking_.port());
  for (const Nanoseconds end = Now() + kLongest; Now() < end;) {
    asking_.Send({'?'}, itself);
    usleep(static_cast<useconds_t>(kPause / kMicrosecond));
    const Nanoseconds reading = Now();
    std::vector<Datagram> datagrams;
    asking_.Read(datagrams);
    if (!datagrams.empty() && datagrams.back().arrival < reading - kPause / 2) return;
  }
  throw std::runtime_error("the kernel does not say when datagrams arrive");
}

}  // namespace path_emulator
