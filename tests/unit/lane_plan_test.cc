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
      sample_.lanes = plan_.HandleSample(now_, sample_);
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

TEST_F(LanePlanTest, OpensThreeWhereLossHoldsTheChannelBack) {
  EXPECT_EQ(Go(Duration::Millis(400)), 0U) << "what is only beginning says nothing";
  EXPECT_EQ(Go(Duration::Millis(450)), 3U);
}

TEST_F(LanePlanTest, DoublesTheChannelsAsLongAsThatBringsMore) {
  Go(Duration::Seconds(1));
  sample_.arrived = ByteCount(sample_.arrived.value() * 5 / 2);
  EXPECT_EQ(Go(Duration::Seconds(1)), 7U);
  sample_.arrived = ByteCount(sample_.arrived.value() * 3 / 2);
  EXPECT_EQ(Go(Duration::Seconds(5)), 7U);
}

TEST_F(LanePlanTest, OpensNoMoreThanAreAllowed) {
  plan_ = LanePlan(5);
  Go(Duration::Seconds(1));
  sample_.arrived = ByteCount::KiB(6);
  EXPECT_EQ(Go(Duration::Seconds(1)), 5U);
  plan_ = LanePlan(2);
  sample_.lanes = 0;
  EXPECT_EQ(Go(Duration::Seconds(1)), 2U);
}

TEST_F(LanePlanTest, OpensNoneWhenTheyAreOff) {
  plan_ = LanePlan(0);
  EXPECT_EQ(Go(Duration::Seconds(10)), 0U);
}

TEST_F(LanePlanTest, LetsGoOfThoseThatBringNoMore) {
  EXPECT_EQ(Go(Duration::Millis(850)), 3U);
  // Still held back, so that more are tried, and all of them go when they have not brought more.
  EXPECT_EQ(Go(Duration::Millis(850)), 7U);
  EXPECT_EQ(Go(Duration::Millis(1500)), 7U);
  EXPECT_EQ(Go(Duration::Millis(500)), 0U);
  EXPECT_EQ(Go(Duration::Seconds(55)), 0U);
  EXPECT_EQ(Go(Duration::Seconds(5)), 3U) << "and tries again after a while: paths change";
}

TEST_F(LanePlanTest, OpensNoMoreWhenTheLinkIsFull) {
  sample_.link_rate = 1.2;
  EXPECT_EQ(Go(Duration::Millis(850)), 3U);
  sample_.arrived = ByteCount::KiB(9);
  // Each sees its own share of it from now on.
  sample_.link_rate = 0.3;
  EXPECT_EQ(Go(Duration::Seconds(20)), 3U);
}

TEST_F(LanePlanTest, WaitsUntilTheLastOnesAreOpen) {
  Go(Duration::Seconds(1));
  sample_.are_opening = true;
  EXPECT_EQ(Go(Duration::Seconds(10)), 3U);
  sample_.are_opening = false;
  sample_.arrived = ByteCount::KiB(9);
  EXPECT_EQ(Go(Duration::Seconds(1)), 7U);
}

TEST_F(LanePlanTest, IsNotMisledByAPageThatIsLateNowAndThen) {
  std::int64_t count = 0;
  for (const Timestamp end = now_ + Duration::Seconds(10); now_ < end; now_ = now_ + Duration::Millis(10)) {
    // In each round trip the channel has sent everything at least once.
    sample_.is_held_back = ++count % 4 != 0;
    ASSERT_EQ(plan_.HandleSample(now_, sample_), 0U);
  }
}

TEST_F(LanePlanTest, OpensNoneWhereTheChannelSendsAllItIsGiven) {
  sample_.is_held_back = false;
  EXPECT_EQ(Go(Duration::Seconds(10)), 0U);
}

TEST_F(LanePlanTest, OpensNoneWhereTheLinkIsFull) {
  // 3 KiB each 10 ms.
  sample_.link_rate = 0.3072 / 0.7;
  EXPECT_EQ(Go(Duration::Seconds(10)), 0U);
  sample_.link_rate = 0.3072 / 0.6;
  EXPECT_EQ(Go(Duration::Millis(500)), 3U);
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
  EXPECT_EQ(Go(Duration::Millis(500)), 3U);
}

TEST_F(LanePlanTest, MeasuresAnewAfterAPause) {
  Go(Duration::Millis(700));
  now_ = now_ + Duration::Seconds(3);
  EXPECT_EQ(Go(Duration::Millis(400)), 0U);
  EXPECT_EQ(Go(Duration::Millis(450)), 3U);
}

TEST_F(LanePlanTest, TakesALongPathsTime) {
  sample_.round_trip = Duration::Millis(200);
  EXPECT_EQ(Go(Duration::Millis(2400)), 0U);
  EXPECT_EQ(Go(Duration::Millis(50)), 3U);
}

TEST_F(LanePlanTest, TriesNoMoreForAWhileAfterAFailure) {
  plan_.HandleFailure(now_);
  EXPECT_EQ(Go(Duration::Seconds(59)), 0U);
  EXPECT_EQ(Go(Duration::Millis(1500)), 3U);
}

}  // namespace
}  // namespace peer_session
