#pragma once

#include <ctime>

#include "nanoseconds.h"

namespace path_emulator {

Nanoseconds Now();

inline Nanoseconds ToNanoseconds(const timespec& time) { return time.tv_sec * kSecond + time.tv_nsec; }

/// The kernel stamps packets with the time of day, which somebody may set; this is how far it is ahead of Now().
Nanoseconds TimeOfDayAhead();

}  // namespace path_emulator
