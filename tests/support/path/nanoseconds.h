#pragma once

#include <cstdint>

namespace path_emulator {

/// Of CLOCK_MONOTONIC, or a span of it.
using Nanoseconds = std::int64_t;

constexpr Nanoseconds kMicrosecond = 1'000;
constexpr Nanoseconds kMillisecond = 1'000'000;
constexpr Nanoseconds kSecond = 1'000'000'000;

}  // namespace path_emulator
