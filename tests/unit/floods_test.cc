// Floods: whatever a peer repeats costs it its own bytes, and this side no more.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "support/session_driver.h"

namespace peer_session::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// How many of the lines that `text` causes, said `times` times at one moment, are `line`.
std::ptrdiff_t CountOf(const std::string& line, SessionDriver& peer, const std::string& text, int times) {
  std::ptrdiff_t count = 0;
  for (int i = 0; i < times; ++i) {
    const Lines lines = peer.Text(text);
    count += std::count(lines.begin(), lines.end(), line);
  }
  return count;
}

TEST(Floods, OfPingsAreAnsweredWithinABudget) {
  SessionDriver peer;
  peer.Open();
  EXPECT_EQ(CountOf("send pong", peer, R"({"type":"ping"})", 5000), 4096);
  peer.Sleep(Duration::Seconds(1));
  EXPECT_EQ(CountOf("send pong", peer, R"({"type":"ping"})", 5000), 400);
}

TEST(Floods, OfOffersReachTheUserWithinABudget) {
  SessionDriver peer;
  peer.Open();
  EXPECT_EQ(CountOf("offer a", peer, OfferText("a", 1), 135'000), 131'072);
  peer.Sleep(Duration::Seconds(2));
  EXPECT_EQ(CountOf("offer a", peer, OfferText("a", 1), 5'000), 1'000);
}

TEST(Floods, OfInventoriesReachTheUserWithinABudget) {
  SessionDriver peer;
  peer.Open();
  EXPECT_EQ(CountOf("inventory 1", peer, R"({"type":"inventory","hashes":[")" + HashOf("h") + R"("]})", 1000), 64);
}

TEST(Floods, OfSyncRequestsReachTheUserWithinABudget) {
  SessionDriver peer;
  peer.Open();
  EXPECT_EQ(CountOf("sync", peer, R"({"type":"sync-request"})", 1000), 20);
}

TEST(Floods, OfFileRequestsReachTheUserWithinABudget) {
  SessionDriver peer;
  peer.Open();
  EXPECT_EQ(CountOf("file-requested " + HashOf("h"), peer, R"({"type":"request-file","hash":")" + HashOf("h") + R"("})",
                    25'000),
            20'000);
}

TEST(Floods, OfBadMessagesAreReportedWithinABudget) {
  SessionDriver peer;
  peer.Open();
  EXPECT_EQ(CountOf("report malformed-message", peer, "{", 1000), 50);
  EXPECT_EQ(peer.stats().ignored_messages, 1000U);
}

TEST(Floods, OfPullsForNothingLeaveNothing) {
  SessionDriver peer;
  peer.Open();
  for (int i = 0; i < 1000; ++i) EXPECT_THAT(peer.Text(PullText(std::to_string(i))), IsEmpty());
  EXPECT_EQ(peer.stats().queued_uploads, 0U);
}

TEST(Floods, OfUnaskedMetasLeaveNothing) {
  SessionDriver peer;
  peer.Open();
  for (int i = 0; i < 1000; ++i) {
    peer.Text(MetaText(std::to_string(i), 10));
    EXPECT_THAT(peer.Binary(10), ElementsAre("drop"));
  }
  EXPECT_EQ(peer.stats().dropped_bytes, 10'000U);
  EXPECT_EQ(peer.MillisToDeadline(), -1);
}

TEST(Floods, OfPullsThatTimeOutEndInTurns) {
  SessionDriver peer;
  peer.Open();
  for (std::uint32_t key = 1; key <= 3000; ++key) {
    peer.Pull(key, "t" + std::to_string(key));
    peer.Buffered(0);
  }
  peer.Sleep(Duration::Seconds(16));
  std::size_t ended = 0;
  for (int turn = 0; turn < 3; ++turn) {
    ASSERT_LE(peer.MillisToDeadline(), 0) << "due now";
    peer.Timeout();
    ASSERT_LE(peer.last().size(), 1100U);
    ended += peer.LastOf<DownloadEnded>().size();
  }
  EXPECT_EQ(ended, 3000U);
  EXPECT_EQ(peer.MillisToDeadline(), -1);
}

TEST(Floods, DoNotFillTheOutboxOfAChannelThatNeverDrains) {
  Options options;
  options.limits.max_outbox = ByteCount(1000);
  SessionDriver peer(options);
  peer.Open();
  peer.Buffered(8 << 20);
  for (int second = 0; second < 1000; ++second) {
    CountOf("", peer, R"({"type":"ping"})", 10);
    peer.Sleep(Duration::Seconds(1));
  }
  EXPECT_LE(peer.stats().outbox, ByteCount(1000));
}

}  // namespace
}  // namespace peer_session::testing
