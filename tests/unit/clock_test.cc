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
  // Not at once: what is older than the session counts as old as that.
  peer.Sleep(Duration::Seconds(10));
  peer.Timeout();
  peer.SetClock(0);
  peer.Pull(1, "a");
  peer.SetClock(1'000'000'000'000 + 24'999'999);
  EXPECT_THAT(peer.Timeout(), IsEmpty());
  peer.SetClock(1'000'000'000'000 + 25'000'000);
  EXPECT_THAT(peer.Timeout(), ElementsAre("failed 1 pull-timeout"));
}

TEST(Clock, TheNextDeadlineIsTheEarliestOfAllThatAreSet) {
  SessionDriver peer;
  peer.Open();
  EXPECT_EQ(peer.session().NextDeadline(), std::nullopt);
  peer.Offer(1, "a", 10);
  EXPECT_EQ(peer.MillisToDeadline(), 5 * 60 * 1000);
  peer.Pull(2, "b");
  EXPECT_EQ(peer.MillisToDeadline(), 15 * 1000);
  peer.Text(AbortText("b"));
  EXPECT_EQ(peer.MillisToDeadline(), 5 * 60 * 1000);
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
  EXPECT_THAT(peer.Timeout(), ::testing::UnorderedElementsAre("upload 1 offer-expired", "send transfer-abort u",
                                                              "upload 2 read-timeout", "failed 3 stalled"));
  // Who waited behind the stalled file has its own time from now on: the peer may go on to it.
  EXPECT_THAT(peer.Pass(Duration::Seconds(15)), ElementsAre("failed 4 pull-timeout"));
  EXPECT_EQ(peer.MillisToDeadline(), -1);
}

TEST(Clock, MayBeginBelowZero) {
  SessionDriver peer;
  peer.SetClock(-3'600'000'000);
  peer.Open();
  peer.Pull(1, "a");
  EXPECT_EQ(peer.MillisToDeadline(), 15'000);
  EXPECT_THAT(peer.Pass(Duration::Millis(14'999)), IsEmpty());
  EXPECT_THAT(peer.Pass(Duration::Millis(1)), ElementsAre("failed 1 pull-timeout"));
  const auto pongs = [&](int pings) {
    std::size_t count = 0;
    for (int i = 0; i < pings; ++i) {
      peer.Text(R"({"type":"ping"})");
      count += peer.LastOf<SendText>().size();
    }
    return count;
  };
  pongs(5000);
  peer.Sleep(Duration::Seconds(1));
  EXPECT_EQ(pongs(1000), 400U) << "budgets fill again below zero, too";
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
  peer.Pull(3, "a");
  EXPECT_EQ(peer.MillisToDeadline(), 15'000);
  peer.Text(MetaText("a", 1));
  EXPECT_EQ(peer.MillisToDeadline(), 30'000);
  peer.BeginUpload(2, "u", 1);
  EXPECT_EQ(peer.MillisToDeadline(), 10'000);
}

}  // namespace
}  // namespace peer_session::testing
