// All chance in a simulated world comes from one seed, the same on every machine and with every standard library.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_RANDOM_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_RANDOM_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

namespace peer_session::simulation {

class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  // SplitMix64.
  std::uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebULL;
    return mixed ^ (mixed >> 31U);
  }

  // From 0 to `end` - 1; 0 when there is no such number.
  std::int64_t Below(std::int64_t end) {
    return end <= 0 ? 0 : static_cast<std::int64_t>(Next() % static_cast<std::uint64_t>(end));
  }
  std::int64_t Between(std::int64_t first, std::int64_t last) { return first + Below(last - first + 1); }
  bool Chance(int percent) { return Below(100) < percent; }

  template <typename T>
  T& Pick(std::vector<T>& items) {
    return items[static_cast<std::size_t>(Below(static_cast<std::int64_t>(items.size())))];
  }
  std::int64_t OneOf(std::initializer_list<std::int64_t> values) { return OneOf<std::int64_t>(values); }
  template <typename T>
  T OneOf(std::initializer_list<T> values) {
    return values.begin()[Below(static_cast<std::int64_t>(values.size()))];
  }
  // From 1 to `last`, small numbers as likely as large ones.
  std::int64_t AnyMagnitude(std::int64_t last) {
    std::int64_t magnitudes = 0;
    while (last >> (magnitudes + 1) > 0) ++magnitudes;
    const std::int64_t first = std::int64_t{1} << Between(0, magnitudes);
    return Between(first, std::min(last, 2 * first - 1));
  }

 private:
  std::uint64_t state_;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_RANDOM_H_
