#pragma once

#include <nlohmann/json.hpp>

#include "link_settings.h"

namespace path_emulator {

/// Reads what a caller wants changed, and throws std::invalid_argument with a sentence for it if anything is unknown or out
/// of its range. Nothing is changed then.
LinkSettings ChangedSettings(const LinkSettings& before, const nlohmann::json& wanted);

}  // namespace path_emulator
