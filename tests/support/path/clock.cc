#include "clock.h"

#include <limits>

namespace path_emulator {
namespace {

Nanoseconds Read(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return ToNanoseconds(time);
}

}  // namespace

Nanoseconds Now() { return Read(CLOCK_MONOTONIC); }

Nanoseconds TimeOfDayAhead() {
  // Two clocks cannot be read at once: of a few tries, the one that was interrupted least.
  Nanoseconds ahead = 0;
  Nanoseconds shortest = std::numeric_limits<Nanoseconds>::max();
  for (int tries = 0; tries < 3; tries += 1) {
    const Nanoseconds before = Now();
    const Nanoseconds time_of_day = Read(CLOCK_REALTIME);
    const Nanoseconds after = Now();
    if (after - before >= shortest) continue;
    shortest = after - before;
    ahead = time_of_day - (before + shortest / 2);
  }
  return ahead;
}

}  // namespace path_emulator
