// Which bytes of a file are here: against a list of them, one by one.
#include "receive/coverage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace peer_session {
namespace {

TEST(Coverage, KnowsWhatAListOfAllBytesKnows) {
  constexpr std::int64_t kSize = 60;
  std::mt19937 random(7);
  const auto below = [&random](std::int64_t end) {
    return std::uniform_int_distribution<std::int64_t>(0, end - 1)(random);
  };
  for (int file = 0; file < 2000; ++file) {
    const std::int64_t here = below(4) == 0 ? below(kSize + 1) : 0;
    Coverage coverage{ByteCount(here)};
    std::vector<bool> bytes(kSize);
    std::fill_n(bytes.begin(), here, true);
    for (int piece = 0; piece < 30; ++piece) {
      const std::int64_t begin = below(kSize);
      const std::int64_t end = begin + below(std::min<std::int64_t>(kSize - begin, 9) + 1);
      const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto last = bytes.begin() + static_cast<std::ptrdiff_t>(end);
      const auto added = std::count(first, last, false);
      std::fill(first, last, true);
      ASSERT_EQ(coverage.Add(ByteCount(begin), ByteCount(end)), ByteCount(added)) << begin << ".." << end;
      ASSERT_EQ(coverage.total(), ByteCount(std::count(bytes.begin(), bytes.end(), true)));
      ASSERT_EQ(coverage.front(), ByteCount(std::find(bytes.begin(), bytes.end(), false) - bytes.begin()));
    }
  }
}

TEST(Coverage, TellsOfMorePartsThanAnHonestPeerHasUnderWay) {
  Coverage coverage{ByteCount()};
  for (std::int64_t part = 1; part <= 4096; ++part) coverage.Add(ByteCount(2 * part), ByteCount(2 * part + 1));
  EXPECT_FALSE(coverage.IsTooScattered());
  coverage.Add(ByteCount(1'000'000), ByteCount(1'000'001));
  EXPECT_TRUE(coverage.IsTooScattered());
  coverage.Add(ByteCount(0), ByteCount(1'000'000));
  EXPECT_FALSE(coverage.IsTooScattered()) << "they are one now";
}

}  // namespace
}  // namespace peer_session
