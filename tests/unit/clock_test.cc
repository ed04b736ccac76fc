// The clock is the caller's; the engine only compares what it is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.h"

namespace peer_session::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Clock, GoingBackwardsIsStandingStill) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  peer.SetClock(0);
  EXPECT_THAT(peer.Timeout(), IsEmpty());
  EXPECT_THAT(peer.Pull(2, "b"), ElementsAre("send pull-request b"));
  peer.SetClock(1'000'000'000'000 + 14'999'999);
  EXPECT_THAT(peer.Timeout(), IsEmpty());
  peer.SetClock(1'000'000'000'000 + 15'000'000);
  EXPECT_THAT(peer.Timeout(), ElementsAre("failed 1 pull-timeout", "failed 2 pull-timeout"));
}

TEST(Clock, GoingBackwardsAgesNothing) {
  SessionDriver peer;
  peer.Open();
  peer.SetClock(0);
  peer.Pull(1, "a");
  peer.SetClock(1'000'000'000'000 + 14'999'999);
  EXPECT_THAT(peer.Timeout(), IsEmpty());
}

TEST(Clock, SpuriousTimeoutsDoNothing) {
  SessionDriver peer;
  peer.Open();
  peer.Offer(1, "o", 1);
  peer.BeginUpload(2, "u", 1);
  peer.BeginDownload(3, "a", 1);
  peer.Pull(4, "b");
  for (int i = 0; i < 10; ++i) EXPECT_THAT(peer.Timeout(), IsEmpty());
}

TEST(Clock, ATimeoutThatComesMuchTooLateSettlesEverythingDue) {
  SessionDriver peer;
  peer.Open();
  peer.Offer(1, "o", 1);
  peer.BeginUpload(2, "u", 1);
  peer.BeginDownload(3, "a", 1);
  peer.Pull(4, "b");
  peer.Sleep(Duration::Minutes(1000));
  EXPECT_THAT(peer.Timeout(),
              ::testing::UnorderedElementsAre("upload 1 offer-expired", "send transfer-abort u",
                                              "upload 2 read-timeout", "failed 3 stalled", "failed 4 pull-timeout"));
  EXPECT_EQ(peer.MillisToDeadline(), -1);
}

TEST(Clock, AnIdleSessionNeedsNoTimer) {
  SessionDriver peer;
  EXPECT_EQ(peer.MillisToDeadline(), -1);
  peer.Open();
  EXPECT_EQ(peer.MillisToDeadline(), -1);
}

TEST(Clock, TheEarliestOfAllDeadlinesIsTheNext) {
  SessionDriver peer;
  peer.Open();
  peer.Offer(1, "o", 1);
  EXPECT_EQ(peer.MillisToDeadline(), 300'000);
  peer.BeginUpload(2, "u", 1);
  EXPECT_EQ(peer.MillisToDeadline(), 30'000);
  peer.Pull(3, "a");
  EXPECT_EQ(peer.MillisToDeadline(), 15'000);
  peer.Text(MetaText("a", 1));
  EXPECT_EQ(peer.MillisToDeadline(), 30'000);
}

}  // namespace
}  // namespace peer_session::testing
