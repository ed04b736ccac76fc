// Pulls: each is asked for once and ends once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Pulls, AskThePeer) {
  SessionDriver peer;
  peer.Open();
  EXPECT_THAT(peer.Pull(1, "a"), ElementsAre("send pull-request a"));
  EXPECT_EQ(peer.stats().waiting_pulls, 1U);
}

TEST(Pulls, FailAtOnceWhenTheChannelIsNotOpen) {
  SessionDriver peer;
  EXPECT_THAT(peer.Pull(1, "a"), ElementsAre("failed 1 not-open"));
  EXPECT_EQ(peer.stats().waiting_pulls, 0U);
}

TEST(Pulls, OfAnIdThatWaitsAlreadyAreNotAskedTwice) {
  SessionDriver peer;
  peer.Open();
  EXPECT_TRUE(peer.session().Pull(peer.now(), Key(1), TransferId{"a"}));
  EXPECT_FALSE(peer.session().Pull(peer.now(), Key(2), TransferId{"a"}));
  EXPECT_THAT(peer.Drain(), ElementsAre("send pull-request a"));
  EXPECT_THAT(peer.Close(), ElementsAre("failed 1 closed", "closed closed"));
}

TEST(Pulls, OfAnIdThatRunsOrIsVerifiedAreNotAskedTwice) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 10);
  EXPECT_FALSE(peer.session().Pull(peer.now(), Key(2), TransferId{"a"}));
  peer.Binary(10);
  EXPECT_FALSE(peer.session().Pull(peer.now(), Key(3), TransferId{"a"}));
  EXPECT_THAT(peer.Digest(1, "a"), ElementsAre("deliver 1"));
}

TEST(Pulls, OfAnIdThatEndedMayBeRepeated) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 0);
  peer.Digest(1, "a");
  EXPECT_THAT(peer.Pull(2, "a"), ElementsAre("send pull-request a"));
}

TEST(Pulls, FailAfterFifteenSecondsOfSilence) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  EXPECT_EQ(peer.MillisToDeadline(), 15'000);
  EXPECT_THAT(peer.Pass(Duration::Millis(14'999)), IsEmpty());
  EXPECT_THAT(peer.Pass(Duration::Millis(1)), ElementsAre("failed 1 pull-timeout"));
  EXPECT_THAT(peer.Pass(Duration::Minutes(10)), IsEmpty());
}

TEST(Pulls, AreAnsweredBlockedOnceTheyTimedOut) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  peer.Pass(Duration::Seconds(15));
  EXPECT_THAT(peer.Text(MetaText("a", 10)), IsEmpty());
  EXPECT_THAT(peer.Binary(10), ElementsAre("drop"));
  EXPECT_THAT(peer.Text(MetaText("a", 10)), ElementsAre("report unrequested-transfer"));
}

TEST(Pulls, DoNotTimeOutBehindFilesThatFlow) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  peer.Pull(2, "b");
  peer.Text(MetaText("a", 100));
  peer.Authorization(1);
  for (int second = 10; second < 100; second += 10) {
    EXPECT_THAT(peer.Pass(Duration::Seconds(10)), IsEmpty()) << second;
    peer.Binary(10);
  }
  peer.Binary(10);
  EXPECT_THAT(peer.Pass(Duration::Millis(14'999)), Not(Contains("failed 2 pull-timeout")));
  EXPECT_THAT(peer.Pass(Duration::Millis(1)), ElementsAre("failed 2 pull-timeout"));
}

TEST(Pulls, BearThePauseThatTheFileBeforeThemMayMakeAndThenTheirOwn) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  peer.Pull(2, "b");
  peer.Text(MetaText("a", 100));
  peer.Authorization(1);
  peer.Pass(Duration::Seconds(5));
  peer.Binary(10);
  EXPECT_THAT(peer.Pass(Duration::Millis(29'999)), IsEmpty());
  EXPECT_THAT(peer.Pass(Duration::Millis(1)), ElementsAre("failed 1 stalled"));
  EXPECT_THAT(peer.Pass(Duration::Millis(14'999)), IsEmpty());
  EXPECT_THAT(peer.Pass(Duration::Millis(1)), ElementsAre("failed 2 pull-timeout"));
}

TEST(Pulls, AreNotKeptAliveByWhatBringsNothingOn) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  peer.Pass(Duration::Seconds(14));
  peer.Text(R"({"type":"ping"})");
  peer.Text(MetaText("unasked", 10));
  peer.Binary(10);
  peer.Text(OfferText("c", 10));
  // But for the moment that this text takes on the slowest path.
  EXPECT_THAT(peer.Pass(Duration::Millis(1'050)), ElementsAre("failed 1 pull-timeout"));
}

TEST(Pulls, CountSilenceFromTheirOwnMoment) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  peer.Pass(Duration::Seconds(10));
  peer.Pull(2, "b");
  EXPECT_THAT(peer.Pass(Duration::Seconds(5)), ElementsAre("failed 1 pull-timeout"));
  EXPECT_THAT(peer.Pass(Duration::Seconds(10)), ElementsAre("failed 2 pull-timeout"));
}

TEST(Pulls, BeyondTheLimitFailAtOnce) {
  Options options;
  options.limits.max_pulls = 2;
  SessionDriver peer(options);
  peer.Open();
  peer.Pull(1, "a");
  peer.Pull(2, "b");
  EXPECT_THAT(peer.Pull(3, "c"), ElementsAre("failed 3 too-many-pulls"));
  peer.Text(MetaText("a", 10));
  EXPECT_THAT(peer.Pull(4, "c"), ElementsAre("failed 4 too-many-pulls"));
}

TEST(Pulls, ThatThePeerCannotServeFailWithoutWaiting) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  peer.Pull(2, "b");
  EXPECT_THAT(peer.Text(AbortText("b")), ElementsAre("failed 2 aborted-by-peer"));
  EXPECT_EQ(peer.stats().waiting_pulls, 1U);
}

TEST(Pulls, ThatDoNotFitOneMessageFail) {
  SessionDriver peer;
  peer.Open(/*max_message=*/50);
  EXPECT_THAT(peer.Pull(1, std::string(50, 'a')), ElementsAre("failed 1 message-too-long"));
}

}  // namespace
}  // namespace peer_session::testing
