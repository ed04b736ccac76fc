// Hashes by the hundred thousand, made once.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_HASHES_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_HASHES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "support/session_driver.h"

namespace peer_session::simulation {

inline const std::string& NthHash(std::int64_t number) {
  static std::vector<std::string> made;
  while (static_cast<std::int64_t>(made.size()) <= number) made.push_back(testing::HashOf(std::to_string(made.size())));
  return made[static_cast<std::size_t>(number)];
}

inline std::vector<std::string> HashesFrom(std::int64_t first, std::int64_t count) {
  std::vector<std::string> hashes;
  hashes.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) hashes.push_back(NthHash(first + i));
  return hashes;
}

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_HASHES_H_
