// Verification: a file is delivered when its content is what its hash says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.h"

namespace peer_session::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

void Receive(SessionDriver& peer, std::uint32_t key, const std::string& id, std::int64_t size = 10) {
  peer.BeginDownload(key, id, size);
  peer.Binary(size);
}

TEST(Verification, FailsAFileWhoseContentIsNotWhatItsHashSays) {
  SessionDriver peer;
  peer.Open();
  Receive(peer, 1, "a");
  EXPECT_THAT(peer.Digest(1, "b"), ElementsAre("failed 1 hash-mismatch"));
  EXPECT_THAT(peer.Digest(1, "a"), IsEmpty());
}

TEST(Verification, IsAnsweredOnce) {
  SessionDriver peer;
  peer.Open();
  Receive(peer, 1, "a");
  EXPECT_THAT(peer.Digest(1, "a"), ElementsAre("deliver 1"));
  EXPECT_THAT(peer.Digest(1, "a"), IsEmpty());
  EXPECT_THAT(peer.DigestFailed(1), IsEmpty());
  EXPECT_THAT(peer.Close(), ElementsAre("closed closed"));
}

TEST(Verification, DoesNotHoldUpTheNextFile) {
  SessionDriver peer;
  peer.Open();
  Receive(peer, 1, "a");
  peer.BeginDownload(2, "b", 10);
  EXPECT_THAT(peer.Binary(10), ElementsAre("store 2 0..10", "verify 2"));
}

TEST(Verification, EndsFilesInTheOrderTheyCame) {
  SessionDriver peer;
  peer.Open();
  Receive(peer, 1, "a");
  Receive(peer, 2, "b");
  Receive(peer, 3, "c");
  EXPECT_THAT(peer.Digest(3, "c"), IsEmpty());
  EXPECT_THAT(peer.Digest(2, "x"), IsEmpty());
  EXPECT_THAT(peer.Digest(1, "a"), ElementsAre("deliver 1", "failed 2 hash-mismatch", "deliver 3"));
}

TEST(Verification, ThatCannotBeDoneFailsTheFile) {
  SessionDriver peer;
  peer.Open();
  Receive(peer, 1, "a");
  EXPECT_THAT(peer.DigestFailed(1), ElementsAre("failed 1 hash-failed"));
}

TEST(Verification, ThatNeverEndsFailsTheFileAfterThirtySeconds) {
  SessionDriver peer;
  peer.Open();
  Receive(peer, 1, "a");
  Receive(peer, 2, "b");
  peer.Digest(2, "b");
  EXPECT_EQ(peer.MillisToDeadline(), 30'000);
  EXPECT_THAT(peer.Pass(Duration::Millis(29'999)), IsEmpty());
  EXPECT_THAT(peer.Pass(Duration::Millis(1)), ElementsAre("failed 1 hash-failed", "deliver 2"));
}

TEST(Verification, TakesNoHashButLowerCase) {
  SessionDriver peer;
  peer.Open();
  Receive(peer, 1, "ab");
  EXPECT_THAT(peer.Digest(1, "AB"), ElementsAre("failed 1 hash-mismatch"));
}

TEST(Verification, FailsAFileWhoseLastChunkCouldNotBeKept) {
  SessionDriver peer;
  peer.Open();
  Receive(peer, 1, "a");
  EXPECT_THAT(peer.StoreFailed(1), ElementsAre("failed 1 out-of-memory"));
  EXPECT_THAT(peer.Digest(1, "a"), IsEmpty());
}

TEST(Verification, HoldsABoundedNumberOfFiles) {
  Options options;
  options.limits.max_unverified_files = 2;
  SessionDriver peer(options);
  peer.Open();
  Receive(peer, 1, "a");
  Receive(peer, 2, "b");
  peer.BeginDownload(3, "c", 10);
  EXPECT_THAT(peer.Binary(10), ElementsAre("store 3 0..10", "failed 3 receiver-overloaded"));
  EXPECT_EQ(peer.stats().unverified_files, 2U);
}

TEST(Verification, HoldsABoundedNumberOfBytesAndAlwaysOneFile) {
  Options options;
  options.limits.max_unverified = ByteCount(15);
  SessionDriver peer(options);
  peer.Open();
  peer.BeginDownload(1, "a", 100);
  EXPECT_THAT(peer.Binary(100), ElementsAre("store 1 0..100", "verify 1"));
  peer.BeginDownload(2, "b", 10);
  EXPECT_THAT(peer.Binary(10), ElementsAre("store 2 0..10", "failed 2 receiver-overloaded"));
  peer.Digest(1, "a");
  Receive(peer, 3, "c", 15);
  EXPECT_EQ(peer.stats().unverified_files, 1U);
}

}  // namespace
}  // namespace peer_session::testing
