// With Pacing::pulls_ahead: which pull is asked for when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "support/session_driver.h"
#include "wire/write.h"

namespace peer_session::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kKiB = 1024;

Options Ordered(Options options = {}) {
  options.pacing.pulls_ahead = ByteCount::KiB(100);
  return WideWindow(options);
}

class PullOrder : public ::testing::Test {
 protected:
  PullOrder() : session_(Ordered()) { session_.Open(); }

  // Towards a peer without hello nothing is looked up.
  Lines Pull(std::uint32_t key, const std::string& id, std::int64_t size, std::int32_t priority = 0) {
    session_.Text(OfferText(id, size));
    session_.session().Pull(session_.now(), Key(key), TransferId{id}, ByteCount(), priority);
    return session_.Drain();
  }
  // Of the file that the peer was asked for.
  Lines Arrive(std::uint32_t key, const std::string& id, std::int64_t size) {
    session_.Text(MetaText(id, size));
    session_.Authorization(key);
    return session_.Binary(size);
  }

  SessionDriver session_;
};

TEST_F(PullOrder, HoldsWhatIsPulledBehindTheBytesThatAreAskedFor) {
  EXPECT_THAT(Pull(1, "a", 60 * kKiB), ElementsAre("send pull-request a"));
  EXPECT_THAT(Pull(2, "b", 60 * kKiB), ElementsAre("send pull-request b"));
  EXPECT_THAT(Pull(3, "c", 1), IsEmpty());
  EXPECT_EQ(session_.stats().waiting_pulls, 2U);
  EXPECT_EQ(session_.stats().held_pulls, 1U);
}

TEST_F(PullOrder, AsksForOneHoweverLargeItIs) {
  EXPECT_THAT(Pull(1, "a", 500 * kKiB), ElementsAre("send pull-request a"));
  EXPECT_THAT(Pull(2, "b", 500 * kKiB), IsEmpty());
}

TEST_F(PullOrder, AsksForTheNextWhenEnoughOfTheRunningFileIsHere) {
  Pull(1, "a", 200 * kKiB);
  Pull(2, "b", 10);
  session_.Text(MetaText("a", 200 * kKiB));
  session_.Authorization(1);
  EXPECT_THAT(session_.Binary(100 * kKiB), ElementsAre("store 1 0..102400"));
  EXPECT_THAT(session_.Binary(1), ElementsAre("store 1 102400..102401", "send pull-request b"));
}

TEST_F(PullOrder, AsksForSmallFilesFirst) {
  Pull(1, "a", 200 * kKiB);
  Pull(2, "large", 300 * kKiB);
  Pull(3, "small", 10);
  Pull(4, "other", 10);
  EXPECT_THAT(session_.CancelPull("a"), ElementsAre("failed 1 cancelled", "send pull-request small",
                                                    "send pull-request other", "send pull-request large"));
}

TEST_F(PullOrder, AsksForTheHigherPriorityFirst) {
  Pull(1, "a", 200 * kKiB);
  Pull(2, "small", 10, -1);
  Pull(3, "large", 300 * kKiB, 1);
  Pull(4, "middle", 20);
  EXPECT_THAT(session_.CancelPull("a"), ElementsAre("failed 1 cancelled", "send pull-request large"));
  EXPECT_THAT(session_.CancelPull("large"),
              ElementsAre("failed 3 cancelled", "send pull-request middle", "send pull-request small"));
}

TEST_F(PullOrder, ChangesWithThePriorityOfWhatIsHeld) {
  Pull(1, "a", 200 * kKiB);
  Pull(2, "small", 10);
  Pull(3, "large", 300 * kKiB);
  session_.session().SetPriority(session_.now(), TransferId{"large"}, 1);
  session_.session().SetPriority(session_.now(), TransferId{"a"}, -1);
  session_.session().SetPriority(session_.now(), TransferId{"nobody's"}, 1);
  EXPECT_THAT(session_.Drain(), IsEmpty());
  EXPECT_THAT(session_.CancelPull("a"), ElementsAre("failed 1 cancelled", "send pull-request large"));
}

TEST_F(PullOrder, TakesAFileOfUnknownSizeForOneOfAMebibyte) {
  session_.Pull(1, "a");
  EXPECT_THAT(Pull(2, "larger", 1025 * kKiB), IsEmpty());
  EXPECT_THAT(session_.Pull(3, "unknown"), IsEmpty());
  EXPECT_THAT(session_.CancelPull("a"), ElementsAre("failed 1 cancelled", "send pull-request unknown"));
}

TEST_F(PullOrder, LetsALargeFileBeOvertakenSixtyFourTimes) {
  Pull(1, "a", 200 * kKiB);
  Pull(2, "large", 300 * kKiB);
  std::string asked = "a";
  for (std::uint32_t key = 3; key < 3 + 64; ++key) {
    const std::string id = "s" + std::to_string(key);
    Pull(key, id, 200 * kKiB);
    EXPECT_THAT(session_.CancelPull(asked).back(), "send pull-request " + id);
    asked = id;
  }
  Pull(99, "last", 200 * kKiB);
  EXPECT_EQ(session_.CancelPull(asked).back(), "send pull-request large");
}

TEST_F(PullOrder, GoesOnWhenAPullFails) {
  Pull(1, "a", 200 * kKiB);
  Pull(2, "b", 10);
  EXPECT_THAT(session_.Text(AbortText("a")), ElementsAre("failed 1 aborted-by-peer", "send pull-request b"));
}

TEST_F(PullOrder, GivesWhatIsHeldNoDeadline) {
  session_.Pull(1, "a");
  session_.Pull(2, "b");
  EXPECT_THAT(session_.Pass(Duration::Millis(15'000)), ElementsAre("failed 1 pull-timeout", "send pull-request b"));
  EXPECT_THAT(session_.Pass(Duration::Millis(14'999)), IsEmpty());
  EXPECT_THAT(session_.Pass(Duration::Millis(1)), ElementsAre("failed 2 pull-timeout"));
}

TEST_F(PullOrder, EndsWhatIsHeldWhenItIsCancelledOrTheSessionEnds) {
  Pull(1, "a", 200 * kKiB);
  Pull(2, "b", 10);
  Pull(3, "c", 10);
  EXPECT_THAT(session_.CancelPull("b"), ElementsAre("failed 2 cancelled"));
  EXPECT_THAT(session_.Close(), ElementsAre("failed 1 closed", "failed 3 closed", "closed closed"));
}

TEST_F(PullOrder, CountsWhatIsHeldAmongThePulls) {
  Options options = Ordered();
  options.limits.max_pulls = 2;
  SessionDriver session(options);
  session.Open();
  session.Pull(1, "a");
  session.Pull(2, "b");
  EXPECT_THAT(session.Pull(3, "c"), ElementsAre("failed 3 too-many-pulls"));
  EXPECT_FALSE(session.session().Pull(session.now(), Key(4), TransferId{"b"}));
}

TEST_F(PullOrder, TakesNoFileThatIsHeld) {
  Pull(1, "a", 200 * kKiB);
  Pull(2, "b", 10);
  EXPECT_THAT(session_.Text(MetaText("b", 10)), ElementsAre("report unrequested-transfer"));
  EXPECT_EQ(session_.stats().held_pulls, 1U);
}

class PoliteOrder : public PullOrder {
 protected:
  PoliteOrder() : polite_(Polite(Ordered())) { polite_.Meet(); }

  SessionDriver polite_;
};

TEST_F(PoliteOrder, LooksUpWhatIsHereWhenItsTurnComes) {
  polite_.Text(OfferText("a", 200 * kKiB));
  polite_.Text(OfferText("b", 10));
  EXPECT_THAT(polite_.Pull(1, "a"), ElementsAre("find-partial 1 204800"));
  EXPECT_THAT(polite_.Pull(2, "b"), IsEmpty());
  EXPECT_THAT(polite_.Partial("a", 150 * kKiB), ElementsAre("send pull-request a from 153600", "find-partial 2 10"));
}

TEST_F(PoliteOrder, HoldsOverALostChannel) {
  polite_.Text(OfferText("a", 200 * kKiB));
  polite_.Text(OfferText("b", 10));
  polite_.Pull(1, "a");
  polite_.Partial("a", 0);
  polite_.Pull(2, "b");
  polite_.Lost();
  EXPECT_THAT(polite_.CancelPull("a"), ElementsAre("failed 1 cancelled"));
  EXPECT_EQ(polite_.stats().held_pulls, 1U);
  const Lines resumed = polite_.Meet();
  EXPECT_EQ(resumed.back(), "find-partial 2 10");
}

TEST_F(PoliteOrder, EndsWhatIsHeldWithItsOffer) {
  polite_.Text(OfferText("a", 200 * kKiB));
  polite_.Text(OfferText("b", 10));
  polite_.Pull(1, "a");
  polite_.Pull(2, "b");
  EXPECT_THAT(polite_.Text(wire::WriteOfferWithdraw(TransferId{"b"})),
              ElementsAre("failed 2 aborted-by-peer", "withdrawn b"));
}

}  // namespace
}  // namespace peer_session::testing
