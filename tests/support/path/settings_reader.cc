#include "settings_reader.h"

#include <cmath>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace path_emulator {
namespace {

using nlohmann::json;

constexpr double kLongestMilliseconds = 60'000;
constexpr double kFastest = 1e11;
constexpr double kMostBytes = 1e9;
constexpr double kLongestBurst = 1e6;

double Number(const std::string& name, const json& value, double least, double most) {
  if (!value.is_number()) throw std::invalid_argument(name + " is not a number");
  const auto number = value.get<double>();
  if (!(number >= least && number <= most)) {
    throw std::invalid_argument(name + " is not between " + json(least).dump() + " and " + json(most).dump());
  }
  return number;
}

Nanoseconds Milliseconds(const std::string& name, const json& value) {
  return std::llround(Number(name, value, 0, kLongestMilliseconds) * static_cast<double>(kMillisecond));
}

void ReadBurst(LinkSettings& settings, const json& value) {
  if (!value.is_object()) throw std::invalid_argument("burst is not an object");
  for (const auto& [name, each] : value.items()) {
    if (name == "begin") {
      settings.burst_begin = Number(name, each, 0, 1);
    } else if (name == "length") {
      settings.burst_length = Number(name, each, 1, kLongestBurst);
    } else {
      throw std::invalid_argument("burst has no " + name);
    }
  }
}

}  // namespace

LinkSettings ChangedSettings(const LinkSettings& before, const json& wanted) {
  LinkSettings settings = before;
  if (wanted.contains("queueMs") && wanted.contains("queueBytes")) {
    throw std::invalid_argument("a queue is bounded by queueMs or by queueBytes, not by both");
  }
  for (const auto& [name, value] : wanted.items()) {
    if (name == "delayMs") {
      settings.delay = Milliseconds(name, value);
    } else if (name == "jitterMs") {
      settings.jitter = Milliseconds(name, value);
    } else if (name == "rate") {
      settings.bits_per_second = std::llround(Number(name, value, 0, kFastest));
    } else if (name == "queueMs") {
      settings.queue_time = Milliseconds(name, value);
      settings.queue_bytes.reset();
    } else if (name == "queueBytes") {
      settings.queue_bytes = std::llround(Number(name, value, 0, kMostBytes));
      settings.queue_time.reset();
    } else if (name == "loss") {
      settings.loss = Number(name, value, 0, 1);
    } else if (name == "burst") {
      ReadBurst(settings, value);
    } else {
      throw std::invalid_argument("a direction has no " + name);
    }
  }
  return settings;
}

}  // namespace path_emulator
