// Until the channel opens there is one deadline, and it ends the session.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.h"

namespace peer_session::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Connecting, APeerThatNeverAnswersEndsTheSession) {
  SessionDriver peer;
  peer.Connecting();
  EXPECT_EQ(peer.MillisToDeadline(), 30'000);
  EXPECT_THAT(peer.Pass(Duration::Millis(29'999)), IsEmpty());
  EXPECT_THAT(peer.Pass(Duration::Millis(1)), ElementsAre("report connect-timeout", "closed connect-timeout"));
  EXPECT_EQ(peer.MillisToDeadline(), -1);
}

TEST(Connecting, TheTimeCountsFromTheFirstAttempt) {
  SessionDriver peer;
  peer.Connecting();
  peer.Pass(Duration::Seconds(20));
  peer.Connecting();
  EXPECT_EQ(peer.MillisToDeadline(), 10'000);
}

TEST(Connecting, APeerThatDescribesItselfIsGivenTheWholeTimeOnce) {
  SessionDriver peer;
  peer.Connecting();
  peer.Pass(Duration::Seconds(20));
  peer.Described();
  EXPECT_EQ(peer.MillisToDeadline(), 30'000);
  peer.Pass(Duration::Seconds(20));
  peer.Described();
  peer.Connecting();
  EXPECT_EQ(peer.MillisToDeadline(), 10'000);
  EXPECT_THAT(peer.Pass(Duration::Seconds(10)), ElementsAre("report connect-timeout", "closed connect-timeout"));
}

TEST(Connecting, EndsWithTheOpenChannel) {
  SessionDriver peer;
  peer.Connecting();
  EXPECT_THAT(peer.Open(), ElementsAre("connected"));
  EXPECT_EQ(peer.MillisToDeadline(), -1);
  EXPECT_THAT(peer.Pass(Duration::Minutes(10)), IsEmpty());
}

TEST(Connecting, AgainOnAnOpenChannelIsNoDeadline) {
  SessionDriver peer;
  peer.Open();
  peer.Connecting();
  peer.Described();
  EXPECT_EQ(peer.MillisToDeadline(), -1);
}

TEST(Connecting, TakesAsLongAsItIsToldTo) {
  Options options;
  options.timeouts.connect = Duration::Seconds(2);
  SessionDriver peer(options);
  peer.Connecting();
  EXPECT_EQ(peer.MillisToDeadline(), 2'000);
}

TEST(Connecting, ATimeoutThatComesTooLateEndsItOnce) {
  SessionDriver peer;
  peer.Connecting();
  peer.Sleep(Duration::Minutes(5));
  EXPECT_THAT(peer.Timeout(), ElementsAre("report connect-timeout", "closed connect-timeout"));
  EXPECT_THAT(peer.Timeout(), IsEmpty());
}

}  // namespace
}  // namespace peer_session::testing
