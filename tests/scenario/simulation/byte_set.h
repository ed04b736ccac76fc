// Which bytes of a file something is true of.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_BYTE_SET_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_BYTE_SET_H_

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <map>

namespace peer_session::simulation {

class ByteSet {
 public:
  static ByteSet UpTo(std::int64_t end) {
    ByteSet set;
    set.Add(0, end);
    return set;
  }

  void Add(std::int64_t begin, std::int64_t end) {
    if (begin >= end) return;
    Remove(begin, end);
    // Those that it touches become one with it.
    const auto next = parts_.find(end);
    if (next != parts_.end()) {
      end = next->second;
      parts_.erase(next);
    }
    auto at = parts_.lower_bound(begin);
    if (at != parts_.begin() && std::prev(at)->second == begin) {
      std::prev(at)->second = end;
    } else {
      parts_.emplace(begin, end);
    }
  }

  void Remove(std::int64_t begin, std::int64_t end) {
    if (begin >= end) return;
    auto at = parts_.upper_bound(begin);
    if (at != parts_.begin()) --at;
    while (at != parts_.end() && at->first < end) {
      const auto [from, to] = *at;
      if (to <= begin) {
        ++at;
        continue;
      }
      at = parts_.erase(at);
      if (from < begin) parts_.emplace(from, begin);
      if (to > end) parts_.emplace(end, to);
    }
  }

  // How many of them are in it.
  std::int64_t Count(std::int64_t begin, std::int64_t end) const {
    std::int64_t count = 0;
    for (const auto& [from, to] : parts_) count += std::max<std::int64_t>(std::min(to, end) - std::max(from, begin), 0);
    return count;
  }
  std::int64_t total() const { return Count(0, INT64_MAX); }
  // Without a gap from the first byte on.
  std::int64_t front() const { return parts_.empty() || parts_.begin()->first > 0 ? 0 : parts_.begin()->second; }

 private:
  // Begin and end; none touches another.
  std::map<std::int64_t, std::int64_t> parts_;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_BYTE_SET_H_
