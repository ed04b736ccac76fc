// How long a pull waits: as long as the peer's queue moves, whatever becomes of the files in it, and never for ever.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.h"
#include "wire/write.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kMiB = 1 << 20;

void PullBoth(SessionDriver& peer) {
  peer.Pull(1, "a");
  peer.Pull(2, "b");
}

// Pulls file "a" of that size, which fails at once on this side, and file "b" behind it.
struct Cause {
  const char* name;
  void (*pull_and_fail)(SessionDriver& peer, std::int64_t size);
};

class BehindAFileThatFailed : public ::testing::TestWithParam<Cause> {};

TEST_P(BehindAFileThatFailed, APullIsDeliveredThoughTheBytesTakeMinutes) {
  SessionDriver peer;
  peer.Open();
  GetParam().pull_and_fail(peer, 100);
  ASSERT_EQ(peer.LastOf<DownloadEnded>().size(), 1U);
  ASSERT_NE(peer.LastOf<DownloadEnded>()[0].reason, Reason::kNone);
  for (int bytes = 0; bytes < 90; bytes += 10) {
    ASSERT_THAT(peer.Pass(Duration::Seconds(14)), IsEmpty());
    EXPECT_THAT(peer.Binary(10), ElementsAre("drop"));
  }
  EXPECT_THAT(peer.Text(MetaText("b", 10)), ElementsAre("authorize 2"));
}

TEST_P(BehindAFileThatFailed, APullWaitsNoLongerThanItsBytes) {
  SessionDriver peer;
  peer.Open();
  GetParam().pull_and_fail(peer, 100);
  peer.Pass(Duration::Seconds(10));
  peer.Binary(89);
  peer.Pass(Duration::Seconds(10));
  peer.Binary(1'000'000);
  EXPECT_THAT(peer.Pass(Duration::Seconds(30)), Contains("failed 2 pull-timeout"))
      << "more than the file had is nobody's";
}

TEST_P(BehindAFileThatFailed, APullIsNotKeptWaitingByBytesThatTheFileDoesNotHave) {
  SessionDriver peer;
  peer.Open();
  GetParam().pull_and_fail(peer, 100);
  Lines ends;
  int seconds = 0;
  while (ends.empty() && seconds < 1'000) {
    ends = peer.Pass(Duration::Seconds(10));
    peer.Binary(1'000);
    seconds += 10;
  }
  EXPECT_THAT(ends, Contains("failed 2 pull-timeout"));
  EXPECT_LE(seconds, 30) << "the pause that a running file may make";
}

TEST_P(BehindAFileThatFailed, APullWaitsNoLongerThanAFileMayTake) {
  SessionDriver peer;
  peer.Open();
  GetParam().pull_and_fail(peer, 10'000);
  Lines ends;
  int seconds = 0;
  while (ends.empty() && seconds < 10'000) {
    ends = peer.Pass(Duration::Seconds(10));
    peer.Binary(1);
    seconds += 10;
  }
  EXPECT_THAT(ends, Contains("failed 2 pull-timeout"));
  EXPECT_LE(seconds, 60 * 60 + 60);
}

INSTANTIATE_TEST_SUITE_P(Patience, BehindAFileThatFailed,
                         ::testing::Values(Cause{"Refused",
                                                 [](SessionDriver& peer, std::int64_t size) {
                                                   PullBoth(peer);
                                                   peer.Text(MetaText("a", size));
                                                   peer.Authorization(1, false);
                                                 }},
                                           Cause{"OutOfMemory",
                                                 [](SessionDriver& peer, std::int64_t size) {
                                                   PullBoth(peer);
                                                   peer.Text(MetaText("a", size));
                                                   peer.Authorization(1);
                                                   peer.Binary(1);
                                                   peer.StoreFailed(1);
                                                 }},
                                           Cause{"AnotherThanOffered",
                                                 [](SessionDriver& peer, std::int64_t size) {
                                                   peer.Text(OfferText("a", size + 1));
                                                   PullBoth(peer);
                                                   peer.Text(MetaText("a", size));
                                                 }}),
                         [](const auto& cause) { return cause.param.name; });

TEST(Patience, IsNotUsedUpByAFileThatIsTooLarge) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  peer.Pull(2, "b");
  EXPECT_THAT(peer.Text(MetaText("a", 20 * kMiB)), ElementsAre("failed 1 too-large"));
  for (int i = 0; i < 20; ++i) {
    ASSERT_THAT(peer.Pass(Duration::Seconds(14)), IsEmpty());
    peer.Binary(kMiB);
  }
  EXPECT_THAT(peer.Text(MetaText("b", 10)), ElementsAre("authorize 2"));
}

TEST(Patience, BearsAPauseOfTwentySecondsInTheFileBefore) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(2, "b");
  peer.BeginDownload(1, "a", 20);
  peer.Binary(10);
  EXPECT_THAT(peer.Pass(Duration::Seconds(20)), IsEmpty());
  peer.Binary(10);
  peer.Digest(1, "a");
  EXPECT_THAT(peer.Text(MetaText("b", 10)), ElementsAre("authorize 2"));
}

TEST(Patience, BearsAPauseOfTwentySecondsInAFileNobodyWants) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  peer.Pull(2, "b");
  peer.Text(MetaText("a", 20));
  peer.Authorization(1, false);
  peer.Binary(10);
  EXPECT_THAT(peer.Pass(Duration::Seconds(20)), IsEmpty());
  peer.Binary(10);
  EXPECT_THAT(peer.Text(MetaText("b", 10)), ElementsAre("authorize 2"));
}

TEST(Patience, BeginsAnewWithAnAbort) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  peer.Pull(2, "b");
  peer.Pass(Duration::Seconds(14));
  peer.Text(AbortText("a"));
  EXPECT_THAT(peer.Pass(Duration::Seconds(14)), IsEmpty());
}

TEST(Patience, SeesLifeInAFileThatComesAfterItsPullTimedOut) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  peer.Pass(Duration::Seconds(10));
  peer.Pull(2, "b");
  ASSERT_THAT(peer.Pass(Duration::Seconds(5)), ElementsAre("failed 1 pull-timeout"));
  peer.Text(MetaText("a", 100));
  for (int i = 0; i < 10; ++i) {
    ASSERT_THAT(peer.Pass(Duration::Seconds(14)), IsEmpty());
    EXPECT_THAT(peer.Binary(10), ElementsAre("drop"));
  }
  EXPECT_THAT(peer.Text(MetaText("b", 10)), ElementsAre("authorize 2"));
}

TEST(Patience, SeesLifeInNoMoreLateFilesThanItRemembers) {
  Options options;
  options.limits.max_late_pulls = 2;
  SessionDriver peer(options);
  peer.Open();
  for (const char* const id : {"a", "b", "c"}) peer.Pull(static_cast<std::uint32_t>(id[0]), id);
  peer.Pass(Duration::Seconds(15));
  EXPECT_THAT(peer.Text(MetaText("a", 10)), ElementsAre("report unrequested-transfer"));
  EXPECT_THAT(peer.Text(MetaText("b", 10)), IsEmpty());
  EXPECT_THAT(peer.Text(MetaText("c", 10)), IsEmpty());
}

TEST(Patience, OutlastsFiveThousandOffersOnASlowLink) {
  SessionDriver peer;
  peer.Open();
  const std::string offer = OfferText("x", 10);
  peer.Pull(1, "a");
  // 0.5 Mbit/s.
  const std::int64_t micros = static_cast<std::int64_t>(offer.size()) * 16;
  for (int i = 0; i < 5'000; ++i) {
    ASSERT_THAT(peer.Pass(Duration::Micros(micros)), IsEmpty()) << i;
    peer.Text(offer);
  }
  EXPECT_THAT(peer.Text(MetaText("a", 10)), ElementsAre("authorize 1"));
}

TEST(Patience, IsNotLengthenedByTextFromBeforeThePull) {
  SessionDriver peer;
  peer.Open();
  for (int i = 0; i < 5'000; ++i) peer.Text(OfferText("x", 10));
  peer.Pull(1, "a");
  EXPECT_THAT(peer.Pass(Duration::Seconds(15)), ElementsAre("failed 1 pull-timeout"));
}

TEST(Patience, IsNotLengthenedByTextThatAnEarlierPullWaitedThrough) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  for (int i = 0; i < 5'000; ++i) peer.Text(OfferText("x", 10));
  ASSERT_THAT(peer.Pass(Duration::Minutes(5)), ElementsAre("failed 1 pull-timeout"));
  peer.Pull(2, "b");
  EXPECT_THAT(peer.Pass(Duration::Seconds(15)), ElementsAre("failed 2 pull-timeout"));
}

TEST(Patience, IsNotForEverWhateverThePeerSays) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  const std::string long_text = R"({"type":"hello","x":")" + std::string(40'000, 'x') + R"("})";
  Lines ends;
  int seconds = 0;
  while (ends.empty() && seconds < 1'000) {
    ends = peer.Pass(Duration::Seconds(1));
    peer.Text(long_text);
    ++seconds;
  }
  EXPECT_THAT(ends, ElementsAre("failed 1 pull-timeout"));
  EXPECT_EQ(seconds, 5 * 60 + 15);
}

TEST(Patience, IsHardlyLengthenedByPings) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  for (int second = 0; second < 14; ++second) {
    peer.Pass(Duration::Seconds(1));
    peer.Text(R"({"type":"ping"})");
  }
  EXPECT_THAT(peer.Pass(Duration::Millis(1'100)), ElementsAre("failed 1 pull-timeout"));
}

// What this side does as a sender is in time for what a receiver of this kind, or of the class, waits.
TEST(Patience, OfAReceiverOutlastsEveryWaitOfASender) {
  const Timeouts timeouts;
  EXPECT_LT(timeouts.read, timeouts.pull);
  EXPECT_LT(timeouts.read, timeouts.stall);
  EXPECT_LT(timeouts.read, Duration::Seconds(15)) << "the class, before a file begins";
}

// --- The request itself may be held back ---

TEST(Patience, BeginsWhenTheRequestHasLeftTheChannel) {
  SessionDriver peer;
  peer.Open();
  peer.Buffered(kMiB);
  EXPECT_THAT(peer.Pull(1, "a"), ElementsAre("send pull-request a", "await-low 0"));
  EXPECT_THAT(peer.Pass(Duration::Seconds(60)), IsEmpty());
  peer.Buffered(1);
  EXPECT_THAT(peer.Pass(Duration::Seconds(60)), IsEmpty()) << "its last byte is still here";
  peer.Buffered(0);
  EXPECT_EQ(peer.MillisToDeadline(), 15'000);
  EXPECT_THAT(peer.Pass(Duration::Seconds(15)), ElementsAre("failed 1 pull-timeout"));
}

TEST(Patience, WithAChannelThatNeverDrainsEndsAfterFiveMinutesMore) {
  SessionDriver peer;
  peer.Open();
  peer.Buffered(kMiB);
  peer.Pull(1, "a");
  EXPECT_THAT(peer.Pass(Duration::Seconds(314)), IsEmpty());
  EXPECT_THAT(peer.Pass(Duration::Seconds(1)), ElementsAre("failed 1 pull-timeout"));
}

TEST(Patience, WithARequestInTheOutboxBeginsWhenThatHasLeft) {
  SessionDriver peer;
  peer.Open();
  peer.Buffered(8 * kMiB);
  peer.Pull(1, "a");
  ASSERT_GT(peer.stats().outbox, ByteCount());
  EXPECT_THAT(peer.Pass(Duration::Seconds(20)), IsEmpty());
  EXPECT_THAT(peer.Buffered(kMiB), ElementsAre("send pull-request a"));
  EXPECT_THAT(peer.Pass(Duration::Seconds(20)), IsEmpty());
  peer.Buffered(0);
  EXPECT_EQ(peer.MillisToDeadline(), 15'000);
}

TEST(Patience, AwaitsTheLastOfManyRequestsOnly) {
  SessionDriver peer;
  peer.Open();
  std::size_t awaits = 0;
  for (std::uint32_t key = 1; key <= 2000; ++key) {
    peer.Pull(key, std::to_string(key));
    awaits += peer.LastOf<AwaitLow>().size();
  }
  for (std::int64_t buffered = 60'000; buffered >= 0; buffered -= 100) {
    peer.Buffered(buffered);
    awaits += peer.LastOf<AwaitLow>().size();
  }
  EXPECT_LE(awaits, 2U);
  EXPECT_EQ(peer.MillisToDeadline(), 15'000);
}

TEST(Patience, OfAPullAskedForAgainIsNotThatOfTheFirst) {
  SessionDriver peer;
  peer.Open();
  peer.Buffered(kMiB);
  peer.Pull(1, "a");
  peer.Text(R"({"type":"transfer-abort","transferId":"a"})");
  peer.Pull(2, "a");
  const std::int64_t request = static_cast<std::int64_t>(wire::WritePullRequest(TransferId{"a"}).size());
  peer.Buffered(request);
  EXPECT_GT(peer.MillisToDeadline(), 300'000) << "the second request has not left";
  peer.Buffered(0);
  EXPECT_EQ(peer.MillisToDeadline(), 15'000);
}

TEST(Patience, BeginsWhenTheRequestHasLeftBehindThisSidesOwnFiles) {
  SessionDriver peer;
  peer.Open(65536);
  // 0.25 Mbit/s: what this side sends itself takes 33 s to leave, and the request is behind it.
  peer.Buffered(1 << 20);
  peer.Pull(1, "a");
  EXPECT_THAT(peer.Pass(Duration::Seconds(50)), IsEmpty());
  EXPECT_THAT(peer.Text(MetaText("a", 10)), ElementsAre("authorize 1"));
}

TEST(Patience, OfARequestThatNeverLeavesIsBounded) {
  SessionDriver peer;
  peer.Open(65536);
  peer.Buffered(std::int64_t{1} << 40);
  peer.Pull(1, "a");
  EXPECT_THAT(peer.Pass(Duration::Minutes(5)), IsEmpty());
  EXPECT_THAT(peer.Pass(Duration::Seconds(15)), ElementsAre("failed 1 pull-timeout"));
}

TEST(Patience, OfARunningFileOutlastsTenThousandOffersOnASlowLink) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 20);
  peer.Binary(10);
  const std::string offer = OfferText("x", 10);
  // 0.5 Mbit/s.
  const std::int64_t micros = static_cast<std::int64_t>(offer.size()) * 16;
  for (int i = 0; i < 15'000; ++i) {
    ASSERT_THAT(peer.Pass(Duration::Micros(micros)), IsEmpty()) << i;
    peer.Text(offer);
  }
  EXPECT_THAT(peer.Binary(10), ElementsAre("store 1 10..20", "verify 1"));
}

TEST(Patience, OfARunningFileDoesNotShrinkWithAnotherPull) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 20);
  peer.Binary(10);
  peer.Pass(Duration::Seconds(20));
  peer.Text(R"({"type":"hello","x":")" + std::string(500'000, 'x') + R"("})");
  peer.Pull(2, "b");
  EXPECT_THAT(peer.Pass(Duration::Seconds(30)), IsEmpty());
  EXPECT_THAT(peer.Binary(10), ElementsAre("store 1 10..20", "verify 1"));
}

TEST(Patience, OfARunningFileIsNotForEverWhateverThePeerSays) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 20);
  const std::string long_text = R"({"type":"hello","x":")" + std::string(40'000, 'x') + R"("})";
  Lines ends;
  int seconds = 0;
  while (ends.empty() && seconds < 1'000) {
    ends = peer.Pass(Duration::Seconds(1));
    peer.Text(long_text);
    ++seconds;
  }
  EXPECT_THAT(ends, ElementsAre("failed 1 stalled"));
  EXPECT_EQ(seconds, 5 * 60 + 30);
}

}  // namespace
}  // namespace peer_session::testing
