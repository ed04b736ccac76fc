// A file that goes on at the byte it had, whoever sent what came before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/polite_session.h"
#include "support/session_driver.h"
#include "wire/write.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

std::string MetaFrom(const std::string& id, std::int64_t size, std::int64_t offset) {
  return wire::WriteMeta(FileOf(id, size), {}, ByteCount(offset));
}
std::string PullWithCredit(const std::string& id, std::int64_t credit) {
  return R"({"type":"pull-request","transferId":")" + id + R"(","credit":)" + std::to_string(credit) + "}";
}
std::string CreditText(const std::string& id, const std::string& up_to) {
  return R"({"type":"credit","transferId":")" + id + R"(","upTo":)" + up_to + "}";
}

class ResumedPull : public PoliteSession {};

TEST_F(ResumedPull, AsksWhatIsHereFirst) {
  session_.Text(OfferText("a", 100));
  EXPECT_THAT(session_.Pull(1, "a"), ElementsAre("find-partial 1 100"));
  EXPECT_EQ(session_.LastOf<FindPartial>()[0].hash, HashOf("a"));
  EXPECT_THAT(session_.Partial("a", 60), ElementsAre("send pull-request a from 60"));
  EXPECT_THAT(session_.Partial("a", 60), IsEmpty());
}

TEST_F(ResumedPull, StoresWhatIsMissing) {
  Ask(1, "a", 100, 60);
  session_.Text(MetaFrom("a", 100, 60));
  session_.Authorization(1);
  EXPECT_THAT(session_.Binary(30), ElementsAre("store 1 60..90"));
  EXPECT_THAT(session_.Binary(10), ElementsAre("store 1 90..100", "verify 1"));
  EXPECT_THAT(session_.Digest(1, "a"), Contains("deliver 1"));
}

TEST_F(ResumedPull, TakesNoByteTooMany) {
  Ask(1, "a", 100, 60);
  session_.Text(MetaFrom("a", 100, 60));
  session_.Authorization(1);
  EXPECT_THAT(session_.Binary(41), Contains("failed 1 too-many-bytes"));
}

TEST_F(ResumedPull, OfWhatIsHereWholeNeedsNothingButItsDescription) {
  Ask(1, "a", 100, 100);
  session_.Text(MetaFrom("a", 100, 100));
  EXPECT_THAT(session_.Authorization(1), ElementsAre("verify 1"));
  EXPECT_THAT(session_.Digest(1, "a"), Contains("deliver 1"));
}

TEST_F(ResumedPull, TakesAFileThatComesFromItsBeginningAllTheSame) {
  Ask(1, "a", 100, 60);
  session_.Text(MetaText("a", 100));
  session_.Authorization(1);
  EXPECT_THAT(session_.Binary(100), ElementsAre("store 1 0..100", "verify 1"));
}

TEST_F(ResumedPull, RefusesAFileThatComesFromElsewhere) {
  for (const std::int64_t offset : {1, 59, 61, 100}) {
    SessionDriver session(Polite());
    session.Meet();
    session.Text(OfferText("a", 100));
    session.Pull(1, "a");
    session.Partial("a", 60);
    EXPECT_THAT(session.Text(MetaFrom("a", 100, offset)),
                ElementsAre("send transfer-cancel a", "failed 1 invalid-metadata"));
    EXPECT_THAT(session.Binary(10), ElementsAre("drop"));
  }
}

TEST_F(ResumedPull, IsNotAskedOfAPeerThatDoesNotResume) {
  SessionDriver session(Polite());
  session.Open();
  session.Text(OfferText("a", 100));
  EXPECT_THAT(session.Pull(1, "a"), ElementsAre("send pull-request a"));
  session.Text(MetaFrom("a", 100, 60));
  session.Authorization(1);
  EXPECT_THAT(session.Binary(10), ElementsAre("store 1 0..10")) << "there the field means nothing";
}

TEST_F(ResumedPull, OfMoreThanThereCanBeBeginsAtTheBeginning) {
  for (const std::int64_t have : {101, -1}) {
    SessionDriver session(Polite());
    session.Meet();
    session.Text(OfferText("a", 100));
    session.Pull(1, "a");
    EXPECT_THAT(session.Partial("a", have), ElementsAre("send pull-request a"));
  }
}

TEST_F(ResumedPull, DoesNotWaitForAStoreThatDoesNotAnswer) {
  session_.Text(OfferText("a", 100));
  session_.Pull(1, "a");
  EXPECT_THAT(session_.Pass(Duration::Millis(9'900)), IsEmpty());
  EXPECT_THAT(session_.Pass(Duration::Millis(200)), ElementsAre("send pull-request a"));
  EXPECT_THAT(session_.Partial("a", 50), IsEmpty());
}

TEST_F(ResumedPull, EndsWithTheSessionWhileItIsLookedUp) {
  session_.Text(OfferText("a", 100));
  session_.Pull(1, "a");
  EXPECT_THAT(session_.Close(), ElementsAre("send bye", "failed 1 closed", "closed closed"));
}

TEST_F(ResumedPull, WithoutAnOfferIsAskedFromTheBeginning) {
  EXPECT_THAT(session_.Pull(1, "a"), ElementsAre("send pull-request a"));
}

TEST_F(ResumedPull, OfWrongContentIsFetchedOnceMoreFromTheBeginning) {
  Ask(1, "a", 100, 60);
  session_.Text(MetaFrom("a", 100, 60));
  session_.Authorization(1);
  session_.Binary(40);
  EXPECT_THAT(session_.Digest(1, "b"), ElementsAre("discard-partial 1", "send pull-request a"));
  session_.Text(MetaText("a", 100));
  session_.Authorization(1);
  EXPECT_THAT(session_.Binary(100), ElementsAre("store 1 0..100", "verify 1"));
  EXPECT_THAT(session_.Digest(1, "a"), Contains("deliver 1"));
}

TEST_F(ResumedPull, OfContentThatIsWrongTwiceFails) {
  Ask(1, "a", 100, 100);
  session_.Text(MetaFrom("a", 100, 100));
  session_.Authorization(1);
  session_.Digest(1, "b");
  session_.Text(MetaText("a", 100));
  session_.Authorization(1);
  session_.Binary(100);
  EXPECT_THAT(session_.Digest(1, "b"), ElementsAre("send transfer-cancel a", "failed 1 hash-mismatch"));
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].kept, ByteCount());
}

TEST_F(ResumedPull, OfWrongContentFailsWhereNoChannelIsLeft) {
  Ask(1, "a", 100, 60);
  session_.Text(MetaFrom("a", 100, 60));
  session_.Authorization(1);
  session_.Binary(40);
  session_.ChannelClosed();
  EXPECT_THAT(session_.Digest(1, "b"), ElementsAre("failed 1 hash-mismatch", "closed closed"));
}

TEST_F(ResumedPull, KeepsWhatHasArrivedForTheNextOne) {
  Ask(1, "a", 100, 60);
  session_.Text(MetaFrom("a", 100, 60));
  session_.Authorization(1);
  session_.Binary(30);
  EXPECT_THAT(session_.Pass(Duration::Seconds(30)), Contains("failed 1 stalled"));
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].kept, ByteCount(90));
}

TEST_F(ResumedPull, KeepsWhatWasHereWhenNothingComes) {
  Ask(1, "a", 100, 60);
  session_.Pass(Duration::Seconds(15));
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].kept, ByteCount(60));
}

TEST_F(ResumedPull, KeepsNothingOfWhatCannotBeRight) {
  Ask(1, "a", 100, 60);
  session_.Text(MetaFrom("a", 100, 60));
  session_.Authorization(1);
  session_.Binary(50);
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].reason, Reason::kTooManyBytes);
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].kept, ByteCount());
}

class ResumedUpload : public PoliteSession {};

TEST_F(ResumedUpload, BeginsWhereThePeerAsks) {
  session_.Offer(1, "a", 100);
  EXPECT_THAT(session_.Text(PullFrom("a", 60)), ElementsAre("read 1 60..100"));
  EXPECT_TRUE(session_.LastOf<ReadBlock>()[0].is_first);
  EXPECT_THAT(session_.BlockReady(1), Contains("send meta a from 60"));
  EXPECT_THAT(session_.LastOf<SendBytes>()[0].offset, ByteCount(60));
  EXPECT_THAT(session_.LastOf<SendBytes>()[0].length, ByteCount(40));
}

TEST_F(ResumedUpload, OfWhatThePeerHasIsADescription) {
  session_.Offer(1, "a", 100);
  const Lines lines = session_.Text(PullFrom("a", 100));
  EXPECT_THAT(lines, Contains("send meta a from 100"));
  EXPECT_TRUE(session_.LastOf<SendBytes>().empty());
  EXPECT_TRUE(session_.LastOf<ReadBlock>().empty());
}

TEST_F(ResumedUpload, BeyondItsEndIsNone) {
  session_.Offer(1, "a", 100);
  EXPECT_THAT(session_.Text(PullFrom("a", 101)), IsEmpty());
  EXPECT_EQ(session_.stats().ignored_messages, 1U);
  EXPECT_THAT(session_.Text(PullFrom("a", 0)), ElementsAre("read 1 0..100")) << "the offer stands";
}

TEST(ResumedUploadOfALongDescription, IsOfTheWholeFileWhenWhereItBeginsHasNoRoom) {
  SessionDriver session(Polite());
  session.Open(/*max_message=*/static_cast<std::int64_t>(wire::WriteOfferFile(FileOf("a", 100)).size()));
  session.Text(HelloText());
  session.Offer(1, "a", 100);
  EXPECT_THAT(session.Text(PullFrom("a", 60)), ElementsAre("read 1 0..100"));
  EXPECT_THAT(session.BlockReady(1), Contains("send meta a"));
}

TEST_F(ResumedUpload, MayBePulledOnceMoreFromTheBeginning) {
  session_.Offer(1, "a", 100);
  session_.Text(PullFrom("a", 60));
  session_.BlockReady(1);
  session_.Buffered(0);
  EXPECT_THAT(session_.Text(PullFrom("a", 0)), ElementsAre("read 1 0..100"));
  session_.BlockReady(1);
  session_.Buffered(0);
  EXPECT_THAT(session_.Text(PullFrom("a", 0)), IsEmpty()) << "not again and again";
  EXPECT_THAT(session_.Text(wire::WriteTransferDone(TransferId{"a"})), ElementsAre("upload 1 delivered"));
}

TEST_F(ResumedUpload, IsNotPulledTwiceAtOnce) {
  session_.Offer(1, "a", 100);
  session_.Text(PullFrom("a", 60));
  EXPECT_THAT(session_.Text(PullFrom("a", 0)), IsEmpty());
  EXPECT_THAT(session_.BlockReady(1), Contains("send meta a from 60"));
}

class Credit : public PoliteSession {};

TEST_F(Credit, BoundsWhatIsSent) {
  session_.Offer(1, "a", 100);
  session_.Text(PullWithCredit("a", 30));
  EXPECT_THAT(session_.BlockReady(1), Contains("bytes 1 0..30 by 16384"));
  EXPECT_THAT(session_.Buffered(0), IsEmpty());
  EXPECT_THAT(session_.Text(CreditText("a", "70")), Contains("bytes 1 30..70 by 16384"));
  EXPECT_THAT(session_.Text(CreditText("a", "9007199254740991")), Contains("bytes 1 70..100 by 16384"));
}

TEST_F(Credit, NeverShrinks) {
  session_.Offer(1, "a", 100);
  session_.Text(PullWithCredit("a", 50));
  session_.Text(CreditText("a", "10"));
  EXPECT_THAT(session_.BlockReady(1), Contains("bytes 1 0..50 by 16384"));
}

TEST_F(Credit, ThatIsNoneIsRefused) {
  session_.Offer(1, "a", 100);
  session_.Text(PullWithCredit("a", 50));
  for (const char* up_to : {"-1", "0.5", "1e300", "\"100\"", "null"}) {
    EXPECT_THAT(session_.Text(CreditText("a", up_to)), ElementsAre("report malformed-message")) << up_to;
  }
  EXPECT_THAT(session_.BlockReady(1), Contains("bytes 1 0..50 by 16384"));
}

TEST_F(Credit, ThatDoesNotComeEndsTheFileAndTheNextGoesOn) {
  session_.Offer(1, "a", 100);
  session_.Offer(2, "b", 10);
  session_.Text(PullWithCredit("a", 0));
  session_.Text(PullText("b"));
  session_.BlockReady(1);
  session_.BlockReady(2);
  session_.Buffered(0);
  EXPECT_THAT(session_.Pass(Duration::Millis(29'900)), IsEmpty());
  const Lines lines = session_.Pass(Duration::Millis(200));
  EXPECT_THAT(lines, Contains("send transfer-abort a"));
  EXPECT_THAT(lines, Contains("upload 1 stalled"));
  EXPECT_THAT(lines, Contains("send meta b"));
}

TEST_F(Credit, OfWhatNobodyPulledDoesNothing) {
  session_.Offer(1, "a", 100);
  EXPECT_THAT(session_.Text(CreditText("a", "100")), IsEmpty());
  EXPECT_THAT(session_.Text(CreditText("unknown", "100")), IsEmpty());
}

}  // namespace
}  // namespace peer_session::testing
