#include "scenario/simulation/any_options.h"

#include <algorithm>

namespace peer_session::simulation {
namespace {

constexpr std::int64_t kKiB = 1024;
constexpr std::int64_t kMiB = 1024 * 1024;
constexpr std::int64_t kLargest = (std::int64_t{1} << 53) - 1;

ByteCount AtLeastOne(std::int64_t bytes) { return ByteCount(std::max<std::int64_t>(bytes, 1)); }

}  // namespace

Pacing AnyPacing(Random& random, Scale scale) {
  const bool small = scale == Scale::kBytes;
  Pacing pacing;
  const std::int64_t message = small ? (random.Chance(10) ? random.AnyMagnitude(200) : random.Between(200, 1500))
                                     : random.OneOf({16 * kKiB, 64 * kKiB, 256 * kKiB, 256 * kKiB, kMiB, 5 * kMiB});
  pacing.max_message = AtLeastOne(random.Chance(3) ? kLargest : message);
  pacing.unknown_max_message = AtLeastOne(small ? random.Between(100, 2000) : 64 * kKiB);

  const std::int64_t most = small ? random.OneOf({message, random.Between(1000, 6000), random.AnyMagnitude(8000)})
                                  : random.OneOf({8 * kMiB, 8 * kMiB, kMiB, 16 * kMiB});
  pacing.max_buffered = AtLeastOne(random.Chance(3) ? kLargest : most);
  const std::int64_t high = random.Chance(50)
                                ? (small ? random.Between(1000, 6000) : kMiB)
                                : random.OneOf({1, 2, message - 1, message, message + 1, most - 1, most, most + 1,
                                                2 * most, 4 * most, random.AnyMagnitude(4 * most), kLargest});
  pacing.high_water = AtLeastOne(high);
  const std::int64_t low = random.Chance(50)
                               ? high / 2
                               : random.OneOf({0, 1, high - 1, high, high + 1, most - 1, most, most + 1, 2 * most,
                                               random.AnyMagnitude(std::max<std::int64_t>(high, 1)), kLargest});
  pacing.low_water = ByteCount(std::max<std::int64_t>(low, 0));

  pacing.least_water = AtLeastOne(random.OneOf(
      {1, high, random.AnyMagnitude(std::max<std::int64_t>(high, 1)), small ? random.Between(200, 2000) : 64 * kKiB}));
  pacing.least_message = AtLeastOne(small ? random.Between(200, 1500) : random.OneOf({16 * kKiB, message}));

  const std::int64_t block = small ? random.OneOf({random.Between(500, 5000), random.Between(500, 5000),
                                                   random.AnyMagnitude(5000), message, high})
                                   : random.OneOf({4 * kMiB, 4 * kMiB, kMiB, 64 * kKiB, 100 * kMiB});
  pacing.block = AtLeastOne(block);
  pacing.read_ahead = AtLeastOne(
      random.OneOf({1, block - 1, block, 2 * block, 2 * block + 1, random.AnyMagnitude(4 * pacing.block.value())}));
  pacing.read_ahead_files = static_cast<std::size_t>(random.OneOf({1, 2, 3, 16, random.Between(1, 4)}));
  return pacing;
}

Limits AnyLimits(Random& random, Scale scale) {
  const Limits usual;
  const auto at_most = [&random](std::int64_t few, std::int64_t all) {
    return random.Chance(30) ? all : random.Between(1, few);
  };
  Limits limits;
  const std::int64_t file = scale == Scale::kBytes ? 20'000 : usual.max_file_size.value();
  limits.max_file_size = ByteCount(random.Chance(85) ? file : random.AnyMagnitude(file));
  limits.max_text = ByteCount(random.OneOf({64 * kKiB, kMiB, kMiB, 16 * kMiB}));
  limits.max_offers = static_cast<std::size_t>(at_most(8, static_cast<std::int64_t>(usual.max_offers)));
  limits.max_pulls = static_cast<std::size_t>(at_most(8, static_cast<std::int64_t>(usual.max_pulls)));
  limits.max_unverified_files = static_cast<std::size_t>(at_most(4, 1024));
  limits.max_unverified = ByteCount(at_most(2 * file, usual.max_unverified.value()));
  limits.max_announced_hashes = static_cast<std::size_t>(at_most(20, 131'072));
  limits.max_known_offers = static_cast<std::size_t>(at_most(4, 131'072));
  limits.max_known_offer_bytes = ByteCount(at_most(2000, usual.max_known_offer_bytes.value()));
  limits.max_late_pulls = static_cast<std::size_t>(at_most(4, 1024));
  limits.max_outbox = ByteCount(at_most(3000, usual.max_outbox.value()));
  return limits;
}

Timeouts AnyTimeouts(Random& random) {
  const auto any = [&random](Duration usual) {
    if (random.Chance(60)) return usual;
    return Duration::Millis(random.OneOf({1, random.Between(1, 100), random.AnyMagnitude(60'000), 1'000'000'000'000}));
  };
  Timeouts timeouts;
  timeouts.offer = any(timeouts.offer);
  timeouts.pull = any(timeouts.pull);
  timeouts.text = any(timeouts.text);
  timeouts.stall = any(timeouts.stall);
  timeouts.read = any(timeouts.read);
  timeouts.verify = any(timeouts.verify);
  timeouts.transfer = any(timeouts.transfer);
  return timeouts;
}

std::int64_t AnyMaxMessage(Random& random, Scale scale) {
  if (random.Chance(5)) return random.OneOf({0, -1, kLargest});
  if (scale == Scale::kMebibytes) return random.OneOf({64 * kKiB, 256 * kKiB, 256 * kKiB, 1024 * kMiB, kLargest});
  if (random.Chance(10)) return random.AnyMagnitude(300);
  return random.Chance(50) ? 1000 : random.Between(300, 2000);
}

std::int64_t LargestInFewMessages(const Pacing& pacing, std::int64_t connection) {
  const std::int64_t first = std::max(pacing.least_water.value() / 4, pacing.least_message.value());
  const std::int64_t message = std::min({pacing.max_message.value(), connection, first});
  return std::min(300 * message, 100 * pacing.block.value());
}

}  // namespace peer_session::simulation
