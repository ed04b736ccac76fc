#pragma once

namespace path_emulator {

/// Before everything else that wants to run, as far as the system allows: a packet that leaves late is an error, and an
/// emulator sleeps most of the time.
void RunFirst();

}  // namespace path_emulator
