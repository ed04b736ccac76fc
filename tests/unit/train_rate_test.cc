// What a link bears, from how close together the messages of a burst arrive.
#include "channel/train_rate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>

namespace peer_session {
namespace {

using ::testing::AllOf;
using ::testing::Gt;
using ::testing::Lt;

// 2.5 bytes a microsecond, of which a busy page hears each 10 ms.
TEST(TrainRate, IsThatOfTheLinkThoughAPageHearsOfSeveralMessagesTogether) {
  TrainRate rate;
  for (std::int64_t turn = 1; turn <= 300; ++turn) {
    for (int message = 0; message < 3; ++message) {
      rate.Add(Timestamp::FromMicros(turn * 10'000 + message * 100), ByteCount(8'333), Duration::Millis(30));
    }
  }
  EXPECT_THAT(rate.Rate(), AllOf(Gt(2.2), Lt(2.9)));
}

}  // namespace
}  // namespace peer_session
