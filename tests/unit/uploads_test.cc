// Uploads: pulled files leave one after the other, in the order in which they were pulled.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/describe.h"
#include "support/session_driver.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

TEST(Uploads, SayMetaThenAllBytesThenEnd) {
  SessionDriver peer;
  peer.Open();
  peer.BeginUpload(1, "a", 10);
  EXPECT_THAT(peer.BlockReady(1), ElementsAre("send meta a", "bytes 1 0..10 by 16384", "await-low 0"));
  EXPECT_EQ(peer.stats().queued_uploads, 1U);
  EXPECT_THAT(peer.Buffered(1), IsEmpty()) << "a byte is still in the channel's buffer";
  EXPECT_THAT(peer.Buffered(0), ElementsAre("upload 1 done"));
  EXPECT_EQ(peer.stats().queued_uploads, 0U);
}

TEST(Uploads, OfNothingAreAMetaWithoutBytes) {
  SessionDriver peer;
  peer.Open();
  EXPECT_THAT(peer.BeginUpload(1, "a", 0), ElementsAre("send meta a", "await-low 0"));
  EXPECT_THAT(peer.Buffered(0), ElementsAre("upload 1 done"));
}

TEST(Uploads, AreToldOfTheirPullBeforeAnythingOfThemIsRead) {
  SessionDriver peer;
  peer.Open();
  peer.Offer(1, "a", 10);
  peer.Offer(2, "b", 0);
  peer.Text(PullText("a"));
  ASSERT_EQ(peer.last().size(), 2U);
  EXPECT_EQ(Describe(peer.last()[0]), "pulled 1");
  EXPECT_EQ(Describe(peer.last()[1]), "read 1 0..10");
  peer.Text(PullText("b"));
  ASSERT_FALSE(peer.last().empty());
  EXPECT_EQ(Describe(peer.last()[0]), "pulled 2") << "of an empty file, too";
}

TEST(Uploads, AreToldOfTheirFirstPullAlone) {
  SessionDriver peer(Polite());
  peer.Meet();
  peer.BeginUpload(1, "a", 3'000'000);
  EXPECT_EQ(peer.LastOf<UploadPulled>().size(), 1U);
  peer.BlockReady(1);
  peer.Lost();
  peer.Open();
  EXPECT_THAT(peer.Text(PullText("a")), Contains("read 1 0..3000000"));
  EXPECT_THAT(peer.LastOf<UploadPulled>(), IsEmpty());
}

TEST(Uploads, AllStartFromTheQueueInPullOrder) {
  SessionDriver peer;
  peer.Open();
  peer.Offer(1, "a", 10);
  peer.Offer(2, "b", 20);
  peer.Offer(3, "c", 0);
  peer.Text(PullText("b"));
  EXPECT_THAT(peer.Text(PullText("c")), IsEmpty());
  peer.Text(PullText("a"));
  EXPECT_THAT(peer.BlockReady(1), IsEmpty());
  EXPECT_THAT(peer.BlockReady(2), ElementsAre("send meta b", "bytes 2 0..20 by 16384", "send meta c", "send meta a",
                                              "bytes 1 0..10 by 16384", "await-low 343"));
  EXPECT_THAT(peer.Buffered(343), ElementsAre("upload 2 done", "await-low 177"));
  EXPECT_THAT(peer.Buffered(0), ElementsAre("upload 3 done", "upload 1 done"));
}

TEST(Uploads, NeverInterleaveWhateverIsPulledMeanwhile) {
  SessionDriver peer;
  peer.Open(65536);
  peer.BeginUpload(1, "a", 3 << 20);
  peer.Buffered(0);
  peer.BlockReady(1);
  peer.BeginUpload(2, "b", 10);
  peer.BlockReady(2);
  EXPECT_THAT(peer.Buffered(0), ElementsAre("bytes 1 1048576..2097152 by 65536", "await-low 524288"));
  EXPECT_THAT(peer.Buffered(0), ElementsAre("bytes 1 2097152..3145728 by 65536", "await-low 524288"));
  EXPECT_THAT(peer.Buffered(0), ElementsAre("upload 1 done", "send meta b", "bytes 2 0..10 by 65536", "await-low 0"));
}

TEST(Uploads, FollowEachOtherOnlyAfterTheLastByte) {
  SessionDriver peer;
  peer.Open(65536);
  peer.BeginUpload(1, "a", (1 << 20) + 1);
  peer.BeginUpload(2, "b", 10);
  peer.BlockReady(2);
  peer.BlockReady(1);
  EXPECT_THAT(peer.Buffered(65536), ElementsAre("bytes 1 65536..1048576 by 65536", "await-low 524288"));
  EXPECT_THAT(peer.Buffered(0), ElementsAre("bytes 1 1048576..1048577 by 65536", "send meta b",
                                            "bytes 2 0..10 by 65536", "await-low 177"));
}

TEST(Uploads, ThatCannotBeReadFailAloneAndThePeerIsTold) {
  SessionDriver peer;
  peer.Open();
  peer.BeginUpload(1, "a", 10);
  peer.BeginUpload(2, "b", 20);
  peer.BlockReady(2);
  EXPECT_THAT(peer.BlockFailed(1), ElementsAre("send transfer-abort a", "upload 1 unreadable", "send meta b",
                                               "bytes 2 0..20 by 16384", "await-low 0"));
  EXPECT_THAT(peer.Text(PullText("a")), IsEmpty());
}

TEST(Uploads, ThatFailInTheMiddleLeaveTheQueueGoing) {
  SessionDriver peer;
  peer.Open(262144);
  peer.BeginUpload(1, "a", 6 << 20);
  peer.BeginUpload(2, "b", 20);
  peer.BlockReady(1);
  EXPECT_THAT(peer.BlockFailed(1), ElementsAre("send transfer-abort a", "upload 1 unreadable"));
  peer.Buffered(0);
  EXPECT_THAT(peer.BlockReady(2), ElementsAre("send meta b", "bytes 2 0..20 by 262144", "await-low 0"));
}

TEST(Uploads, ThatFailBehindTheFrontWaitForTheirTurn) {
  SessionDriver peer;
  peer.Open();
  peer.BeginUpload(1, "a", 10);
  peer.BeginUpload(2, "b", 20);
  EXPECT_THAT(peer.BlockFailed(2), IsEmpty());
  EXPECT_THAT(peer.BlockReady(1), ElementsAre("send meta a", "bytes 1 0..10 by 16384", "send transfer-abort b",
                                              "upload 2 unreadable", "await-low 64"));
}

TEST(Uploads, WhoseReadNeverEndsFailAfterTenSeconds) {
  SessionDriver peer;
  peer.Open();
  peer.BeginUpload(1, "a", 10);
  EXPECT_EQ(peer.MillisToDeadline(), 10'000);
  EXPECT_THAT(peer.Pass(Duration::Millis(9'999)), IsEmpty());
  EXPECT_THAT(peer.Pass(Duration::Millis(1)), ElementsAre("send transfer-abort a", "upload 1 read-timeout"));
  EXPECT_THAT(peer.BlockReady(1), IsEmpty());
  EXPECT_THAT(peer.BlockFailed(1), IsEmpty());
}

TEST(Uploads, ThatFailWhileNoTextFitsKeepTheirPlaceUntilThePeerCanBeTold) {
  Options options;
  options.limits.max_outbox = ByteCount(150);
  SessionDriver peer(WideWindow(options));
  peer.Open(65536);
  peer.BeginUpload(1, "a", (1 << 20) + 1);
  peer.BeginUpload(2, "b", 10);
  peer.Buffered(8 << 20);
  peer.Pull(3, "c");
  peer.Pull(4, "d");
  peer.Pull(5, "e");
  ASSERT_THAT(peer.Pull(6, "f"), ElementsAre("failed 6 channel-full"));
  EXPECT_THAT(peer.BlockFailed(1), IsEmpty());
  EXPECT_THAT(peer.BlockReady(2), IsEmpty());
  EXPECT_THAT(peer.Buffered(0), ElementsAre("send pull-request c", "send pull-request d", "send pull-request e",
                                            "send transfer-abort a", "upload 1 unreadable", "send meta b",
                                            "bytes 2 0..10 by 65536", ::testing::StartsWith("await-low")));
}

TEST(Uploads, HearNothingFromAnswersNobodyWaitsFor) {
  SessionDriver peer;
  peer.Open();
  peer.BeginUpload(1, "a", 10);
  EXPECT_THAT(peer.BlockReady(9), IsEmpty());
  EXPECT_THAT(peer.BlockFailed(9), IsEmpty());
  EXPECT_THAT(peer.BlockReady(1), Contains("bytes 1 0..10 by 16384"));
  EXPECT_THAT(peer.BlockReady(1), IsEmpty());
}

TEST(Uploads, ReadOneBlockAheadOfTheChannel) {
  SessionDriver peer;
  peer.Open(262144);
  EXPECT_THAT(peer.BeginUpload(1, "a", 15 << 20), ElementsAre("read 1 0..4194304"));
  peer.Buffered(0);
  EXPECT_THAT(peer.BlockReady(1),
              IsSupersetOf({"read 1 4194304..8388608", "send meta a", "bytes 1 0..262144 by 262144"}));
}

TEST(Uploads, ReadNoFurtherThanTheWindowWhileTheChannelIsFull) {
  SessionDriver peer;
  peer.Open(262144);
  peer.BeginUpload(1, "a", 15 << 20);
  peer.Buffered(0);
  peer.BlockReady(1);
  EXPECT_THAT(peer.BlockReady(1), Not(Contains("bytes 1 1048576..2097152 by 262144")));
  for (int i = 0; i < 10; ++i) EXPECT_THAT(peer.Buffered(2 << 20), Not(Contains(::testing::HasSubstr("read"))));
}

TEST(Uploads, ReadAheadAtMostSixteenFiles) {
  SessionDriver peer;
  peer.Open();
  int reads = 0;
  for (std::uint32_t key = 1; key <= 40; ++key) {
    peer.BeginUpload(key, "t" + std::to_string(key), 10);
    reads += static_cast<int>(peer.LastOf<ReadBlock>().size());
  }
  EXPECT_EQ(reads, 16);
  peer.BlockReady(1);
  EXPECT_THAT(peer.LastOf<ReadBlock>(), ::testing::SizeIs(1));
}

TEST(Uploads, CarryWhatTheOfferCarried) {
  Options options;
  options.identity_created_at = 1234;
  SessionDriver peer(options);
  peer.Open();
  FileInfo file = FileOf("a", 0);
  file.is_pinned = true;
  file.ttl = 5;
  file.original_sender_id = "p9";
  peer.session().Offer(peer.now(), Key(1), file);
  peer.Drain();
  ASSERT_THAT(peer.LastOf<SendText>(), ::testing::SizeIs(1));
  EXPECT_THAT(peer.LastOf<SendText>()[0].text, Not(::testing::HasSubstr("originalSenderId")));
  peer.Text(PullText("a"));
  ASSERT_THAT(peer.LastOf<SendText>(), ::testing::SizeIs(1));
  EXPECT_EQ(peer.LastOf<SendText>()[0].text,
            R"({"type":"meta","transferId":"a","name":"a.png","size":0,"mime":"image/png","hash":")" + HashOf("a") +
                R"(","isPinned":true,)"
                R"("ttl":5,"originalSenderId":"p9","identityCreatedAt":1234})");
}

}  // namespace
}  // namespace peer_session::testing
