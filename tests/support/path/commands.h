#pragma once

#include <string>
#include <string_view>

#include "path.h"

namespace path_emulator {

/// Does what one line asks for and returns the line that answers it. A request is {"id": any, "do": name, …}, its answer
/// {"id": the same, …} with what was asked for, or with an "error" in words. tests/support/path-emulator.mjs speaks it.
std::string Answer(Path& path, std::string_view line);

}  // namespace path_emulator
