#include "scenario/exhaustive/small.h"

#include <string>

#include "scenario/simulation/random.h"
#include "support/session_driver.h"

namespace peer_session::exhaustive {

Options SmallOptions() {
  constexpr std::int64_t kMessage = 100;
  Options options;
  options.pacing.max_message = ByteCount(kMessage);
  options.pacing.high_water = ByteCount(kMessage);
  options.pacing.low_water = ByteCount(kMessage / 2);
  options.pacing.block = ByteCount(2 * kMessage);
  options.pacing.read_ahead = ByteCount(3 * kMessage);
  options.pacing.read_ahead_files = 2;
  return options;
}

std::deque<simulation::File> SmallFiles(const std::vector<std::int64_t>& sizes) {
  std::deque<simulation::File> files;
  for (const std::int64_t size : sizes) {
    const std::string id = "f" + std::to_string(files.size());
    files.push_back(
        simulation::File{.id = id, .size = size, .hash = testing::HashOf(id), .content_hash = testing::HashOf(id)});
  }
  return files;
}

void History::Record(std::uint64_t what) {
  simulation::Random mixer(state_ * 0x100000001b3ULL ^ what);
  state_ = mixer.Next();
}

}  // namespace peer_session::exhaustive
