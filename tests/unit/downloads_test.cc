// Downloads: a meta that was asked for, exactly its bytes, and nothing of anybody else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Downloads, AreStoredVerifiedAndDelivered) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  EXPECT_THAT(peer.Text(MetaText("a", 30)), ElementsAre("authorize 1"));
  EXPECT_THAT(peer.Authorization(1), IsEmpty());
  EXPECT_THAT(peer.Binary(10), ElementsAre("store 1 0..10"));
  EXPECT_THAT(peer.Binary(20), ElementsAre("store 1 10..30", "verify 1"));
  EXPECT_THAT(peer.Digest(1, "a"), ElementsAre("deliver 1"));
  EXPECT_EQ(peer.MillisToDeadline(), -1);
}

TEST(Downloads, HandOverWhatTheMetaSaid) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  peer.Text(R"({"type":"meta","transferId":"a","name":"../x","size":0,"mime":"m","hash":")" + HashOf("h") +
            R"(","isPinned":true,"ttl":7,"originalSenderId":"p9"})");
  peer.Authorization(1);
  peer.Digest(1, "h");
  ASSERT_THAT(peer.LastOf<DownloadEnded>(), ::testing::SizeIs(1));
  ASSERT_TRUE(peer.LastOf<DownloadEnded>()[0].file.has_value());
  const FileInfo file = *peer.LastOf<DownloadEnded>()[0].file;
  EXPECT_EQ(file.name, "../x");
  EXPECT_EQ(file.mime, "m");
  EXPECT_EQ(file.hash, HashOf("h"));
  EXPECT_TRUE(file.is_pinned);
  EXPECT_EQ(file.ttl, 7);
  EXPECT_EQ(file.original_sender_id, "p9");
}

TEST(Downloads, OfAnEmptyFileArrive) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  EXPECT_THAT(peer.Text(MetaText("a", 0)), ElementsAre("authorize 1"));
  EXPECT_THAT(peer.Authorization(1), ElementsAre("verify 1"));
  EXPECT_THAT(peer.Digest(1, "a"), ElementsAre("deliver 1"));
}

TEST(Downloads, NobodyAskedForAreBlockedAndTheirBytesDropped) {
  SessionDriver peer;
  peer.Open();
  EXPECT_THAT(peer.Text(MetaText("a", 10)), ElementsAre("report unrequested-transfer"));
  EXPECT_THAT(peer.Binary(10), ElementsAre("drop"));
  EXPECT_EQ(peer.stats().dropped_bytes, 10U);
}

TEST(Downloads, ConsumeTheirToken) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 10);
  peer.Binary(10);
  EXPECT_THAT(peer.Text(MetaText("a", 10)), ElementsAre("report unrequested-transfer"));
  EXPECT_THAT(peer.Binary(10), ElementsAre("drop"));
  EXPECT_THAT(peer.Digest(1, "a"), ElementsAre("deliver 1"));
}

TEST(Downloads, AnnouncedTwiceFailOnce) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 10);
  EXPECT_THAT(peer.Text(MetaText("a", 10)), ElementsAre("failed 1 interrupted", "report unrequested-transfer"));
  EXPECT_THAT(peer.Close(), ElementsAre("closed closed"));
}

TEST(Downloads, AreInterruptedByTheNextMetaWhichGoesOn) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(2, "b");
  peer.BeginDownload(1, "a", 10);
  peer.Binary(5);
  EXPECT_THAT(peer.Text(MetaText("b", 10)), ElementsAre("failed 1 interrupted", "authorize 2"));
  peer.Authorization(2);
  EXPECT_THAT(peer.Binary(10), ElementsAre("store 2 0..10", "verify 2"));
}

TEST(Downloads, AreInterruptedByAMetaNobodyAskedFor) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 10);
  EXPECT_THAT(peer.Text(MetaText("x", 10)), ElementsAre("failed 1 interrupted", "report unrequested-transfer"));
  EXPECT_THAT(peer.Binary(10), ElementsAre("drop"));
}

TEST(Downloads, AreInterruptedByAMetaThatNamesNoFile) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(2, "b");
  peer.BeginDownload(1, "a", 10);
  EXPECT_THAT(peer.Text(R"({"type":"meta","transferId":"b","size":-1})"),
              ElementsAre("failed 1 interrupted", "failed 2 invalid-metadata"));
  EXPECT_THAT(peer.Binary(10), ElementsAre("drop"));
}

TEST(Downloads, AreNotInterruptedByOtherText) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 20);
  peer.Binary(10);
  for (const char* text : {R"({"type":"ping"})", R"({"type":"hello"})", "garbage", R"({"type":"sync-request"})"}) {
    EXPECT_THAT(peer.Text(text), Not(Contains("failed 1 interrupted"))) << text;
  }
  EXPECT_THAT(peer.Binary(10), ElementsAre("store 1 10..20", "verify 1"));
}

TEST(Downloads, TakeNotOneByteMoreThanAnnounced) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 10);
  peer.Binary(9);
  EXPECT_THAT(peer.Binary(2), ElementsAre("drop", "failed 1 too-many-bytes"));
  EXPECT_THAT(peer.Binary(1), ElementsAre("drop"));
}

TEST(Downloads, DoNotEndOneByteEarly) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 10);
  EXPECT_THAT(peer.Binary(9), ElementsAre("store 1 0..9"));
  EXPECT_THAT(peer.Pass(Duration::Seconds(30)), ElementsAre("failed 1 stalled"));
}

TEST(Downloads, LoseBytesThatComeAfterTheEnd) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 10);
  peer.Binary(10);
  EXPECT_THAT(peer.Binary(1), ElementsAre("drop"));
  EXPECT_THAT(peer.Digest(1, "a"), ElementsAre("deliver 1"));
}

TEST(Downloads, LoseBytesThatComeBeforeTheMeta) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  EXPECT_THAT(peer.Binary(10), ElementsAre("drop"));
  peer.Text(MetaText("a", 10));
  EXPECT_THAT(peer.Binary(10), ElementsAre("store 1 0..10"));
}

TEST(Downloads, TakeChunksOfAnySize) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 1'000'000);
  peer.Binary(1);
  peer.Binary(262'144);
  EXPECT_THAT(peer.Binary(737'855), ElementsAre("store 1 262145..1000000", "verify 1"));
}

TEST(Downloads, DoNotGrowByEmptyMessages) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 10);
  for (int i = 0; i < 1000; ++i) ASSERT_THAT(peer.Binary(0), ElementsAre("drop"));
  EXPECT_THAT(peer.Binary(-5), ElementsAre("drop"));
  EXPECT_EQ(peer.stats().dropped_bytes, 0U);
  EXPECT_THAT(peer.Binary(10), ElementsAre("store 1 0..10", "verify 1"));
}

TEST(Downloads, StallAfterThirtySecondsWithoutAByte) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 10);
  peer.Pass(Duration::Seconds(29));
  peer.Binary(1);
  EXPECT_EQ(peer.MillisToDeadline(), 30'000);
  EXPECT_THAT(peer.Pass(Duration::Millis(29'999)), IsEmpty());
  EXPECT_THAT(peer.Pass(Duration::Millis(1)), ElementsAre("failed 1 stalled"));
  EXPECT_THAT(peer.Binary(9), ElementsAre("drop"));
}

TEST(Downloads, AreNotKeptAliveByEmptyMessages) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 10);
  peer.Pass(Duration::Seconds(29));
  peer.Binary(0);
  EXPECT_THAT(peer.Pass(Duration::Seconds(1)), ElementsAre("failed 1 stalled"));
}

TEST(Downloads, ThatDripEndAfterAnHour) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 1000);
  int dripped = 0;
  while (peer.Pass(Duration::Seconds(29)).empty()) {
    peer.Binary(1);
    ++dripped;
    ASSERT_LT(dripped, 200);
  }
  EXPECT_EQ(peer.LastOf<DownloadEnded>().at(0).reason, Reason::kTooSlow);
  EXPECT_EQ(dripped, 60 * 60 / 29);
}

TEST(Downloads, ThatTheOwnerRefusesFail) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  peer.Text(MetaText("a", 10));
  EXPECT_THAT(peer.Authorization(1, false), ElementsAre("failed 1 refused"));
  EXPECT_THAT(peer.Binary(10), ElementsAre("drop"));
}

TEST(Downloads, WhoseBytesOvertakeTheOwnersAnswerWaitForIt) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  peer.Text(MetaText("a", 10));
  EXPECT_THAT(peer.Binary(10), ElementsAre("store 1 0..10"));
  EXPECT_THAT(peer.Authorization(1), ElementsAre("verify 1"));
}

TEST(Downloads, HearOnlyTheirOwnAuthorizationAndOnce) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  EXPECT_THAT(peer.Authorization(1, false), IsEmpty());
  peer.Text(MetaText("a", 10));
  EXPECT_THAT(peer.Authorization(2, false), IsEmpty());
  peer.Authorization(1, true);
  EXPECT_THAT(peer.Authorization(1, false), IsEmpty());
}

TEST(Downloads, OverTheLimitFailAndTheirBytesAreDropped) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  EXPECT_THAT(peer.Text(MetaText("a", (15 << 20) + 1)), ElementsAre("failed 1 too-large"));
  EXPECT_THAT(peer.Binary(100), ElementsAre("drop"));
}

TEST(Downloads, AtTheLimitAreTaken) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  EXPECT_THAT(peer.Text(MetaText("a", 15 << 20)), ElementsAre("authorize 1"));
}

TEST(Downloads, ThatThePeerAbortsFailAndTheNextGoesOn) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(2, "b");
  peer.BeginDownload(1, "a", 10);
  EXPECT_THAT(peer.Text(AbortText("a")), ElementsAre("failed 1 aborted-by-peer"));
  EXPECT_THAT(peer.Text(AbortText("a")), IsEmpty());
  EXPECT_THAT(peer.Binary(5), ElementsAre("drop"));
  EXPECT_THAT(peer.Text(MetaText("b", 10)), ElementsAre("authorize 2"));
}

TEST(Downloads, WhoseBytesCannotBeKeptFail) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 10);
  peer.Binary(5);
  EXPECT_THAT(peer.StoreFailed(1), ElementsAre("failed 1 out-of-memory"));
  EXPECT_THAT(peer.StoreFailed(1), IsEmpty());
  EXPECT_THAT(peer.Binary(5), ElementsAre("drop"));
}

TEST(Downloads, GiveEachBinaryMessageExactlyOneVerdict) {
  SessionDriver peer;
  peer.Open();
  const auto verdicts = [&] { return peer.LastOf<StoreChunk>().size() + peer.LastOf<DropChunk>().size(); };
  for (int i = 0; i < 20; ++i) {
    if (i % 5 == 0) peer.Pull(static_cast<std::uint32_t>(i), std::to_string(i));
    if (i % 5 == 1) peer.Text(MetaText(std::to_string(i - 1), 2));
    peer.Binary(i % 3);
    EXPECT_EQ(verdicts(), 1U) << i;
  }
}

}  // namespace
}  // namespace peer_session::testing
