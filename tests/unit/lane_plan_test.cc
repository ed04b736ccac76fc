// How many lanes a file is worth, by what its acknowledgements show.
#include "lanes/lane_plan.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>

namespace peer_session {
namespace {

// An acknowledgement each 10 ms, of which all are alike.
class LanePlanTest : public ::testing::Test {
 protected:
  // Returns how many lanes there are after so long.
  std::size_t Go(Duration span) {
    for (const Timestamp end = now_ + span; now_ < end; now_ = now_ + Duration::Millis(10)) {
      sample_.lanes = std::max(sample_.lanes, plan_.HandleSample(now_, sample_));
    }
    return sample_.lanes;
  }

  LanePlan plan_{7};
  Timestamp now_ = Timestamp::FromMicros(5'000'000);
  LanePlan::Sample sample_{.arrived = ByteCount::KiB(3),
                           .is_held_back = true,
                           .round_trip = Duration::Millis(50),
                           .left = ByteCount::MiB(15),
                           .lanes = 0,
                           .are_opening = false};
};

TEST_F(LanePlanTest, OpensOneWhereLossHoldsTheChannelBack) {
  EXPECT_EQ(Go(Duration::Millis(500)), 0U) << "what is only beginning says nothing";
  EXPECT_EQ(Go(Duration::Millis(700)), 1U);
}

TEST_F(LanePlanTest, DoublesTheChannelsAsLongAsThatBringsMore) {
  Go(Duration::Millis(1200));
  for (const std::size_t lanes : {3U, 7U, 7U}) {
    sample_.arrived = ByteCount(sample_.arrived.value() * 3 / 2);
    EXPECT_EQ(Go(Duration::Millis(1200)), lanes);
  }
}

TEST_F(LanePlanTest, OpensNoMoreThanAreAllowed) {
  plan_ = LanePlan(2);
  Go(Duration::Millis(1200));
  sample_.arrived = ByteCount::KiB(6);
  EXPECT_EQ(Go(Duration::Seconds(5)), 2U);
}

TEST_F(LanePlanTest, OpensNoneWhenTheyAreOff) {
  plan_ = LanePlan(0);
  EXPECT_EQ(Go(Duration::Seconds(10)), 0U);
}

TEST_F(LanePlanTest, StopsWhereMoreLanesBringNoMore) {
  EXPECT_EQ(Go(Duration::Millis(1200)), 1U);
  EXPECT_EQ(Go(Duration::Seconds(20)), 1U);
  EXPECT_EQ(Go(Duration::Seconds(60)), 3U) << "and tries again after a while: paths change";
}

TEST_F(LanePlanTest, WaitsUntilTheLastOnesAreOpen) {
  Go(Duration::Millis(1200));
  sample_.are_opening = true;
  sample_.arrived = ByteCount::KiB(6);
  EXPECT_EQ(Go(Duration::Seconds(10)), 1U);
  sample_.are_opening = false;
  EXPECT_EQ(Go(Duration::Millis(1200)), 3U);
}

TEST_F(LanePlanTest, OpensNoneWhereTheChannelSendsAllItIsGiven) {
  sample_.is_held_back = false;
  EXPECT_EQ(Go(Duration::Seconds(10)), 0U);
}

TEST_F(LanePlanTest, OpensNoneOnALocalNetwork) {
  sample_.round_trip = Duration::Micros(4'999);
  EXPECT_EQ(Go(Duration::Seconds(10)), 0U);
}

TEST_F(LanePlanTest, OpensNoneForAFileThatIsNearlyThere) {
  // 300 KiB/s.
  sample_.left = ByteCount::KiB(890);
  EXPECT_EQ(Go(Duration::Seconds(10)), 0U);
  sample_.left = ByteCount::KiB(950);
  EXPECT_EQ(Go(Duration::Seconds(2)), 1U);
}

TEST_F(LanePlanTest, MeasuresAnewAfterAPause) {
  Go(Duration::Millis(900));
  now_ = now_ + Duration::Seconds(3);
  EXPECT_EQ(Go(Duration::Millis(500)), 0U);
  EXPECT_EQ(Go(Duration::Millis(700)), 1U);
}

TEST_F(LanePlanTest, TakesALongPathsTime) {
  sample_.round_trip = Duration::Millis(200);
  EXPECT_EQ(Go(Duration::Millis(2390)), 0U);
  EXPECT_EQ(Go(Duration::Millis(200)), 1U);
}

TEST_F(LanePlanTest, TriesNoMoreForAWhileAfterAFailure) {
  plan_.HandleFailure(now_);
  EXPECT_EQ(Go(Duration::Seconds(59)), 0U);
  EXPECT_EQ(Go(Duration::Seconds(2)), 1U);
}

}  // namespace
}  // namespace peer_session
