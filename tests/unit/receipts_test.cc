// What a sender may say of a file: that it was sent, or that it was delivered.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/session_driver.h"
#include "wire/write.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

std::string DoneText(const std::string& id) { return wire::WriteTransferDone(TransferId{id}); }

class Receipts : public ::testing::Test {
 protected:
  Receipts() : session_(Polite()) { session_.Meet(); }

  // Whole in the channel.
  void Send(std::uint32_t key, const std::string& id) {
    session_.BeginUpload(key, id, 10);
    session_.BlockReady(key);
  }

  SessionDriver session_;
};

TEST_F(Receipts, MakeAFileDelivered) {
  Send(1, "a");
  EXPECT_THAT(session_.Buffered(0), IsEmpty()) << "it has only left";
  EXPECT_EQ(session_.stats().unconfirmed_uploads, 1U);
  EXPECT_THAT(session_.Text(DoneText("a")), ElementsAre("upload 1 delivered"));
  EXPECT_EQ(session_.stats().unconfirmed_uploads, 0U);
  EXPECT_THAT(session_.Text(DoneText("a")), IsEmpty());
}

TEST_F(Receipts, MayComeBeforeTheChannelSaysThatItIsEmpty) {
  Send(1, "a");
  EXPECT_THAT(session_.Text(DoneText("a")), ElementsAre("upload 1 delivered"));
  EXPECT_THAT(session_.Buffered(0), IsEmpty());
}

TEST_F(Receipts, OfWhatWasNotSentAreNone) {
  session_.Offer(1, "a", 10);
  EXPECT_THAT(session_.Text(DoneText("a")), IsEmpty());
  session_.Text(PullText("a"));
  EXPECT_THAT(session_.Text(DoneText("a")), IsEmpty());
  EXPECT_THAT(session_.Text(DoneText("unknown")), IsEmpty());
  EXPECT_THAT(session_.BlockReady(1), Contains("send meta a"));
}

TEST_F(Receipts, ThatDoNotComeLeaveAFileSent) {
  Send(1, "a");
  session_.Buffered(0);
  EXPECT_THAT(session_.Pass(Duration::Millis(59'900)), IsEmpty());
  EXPECT_THAT(session_.Pass(Duration::Millis(200)), ElementsAre("upload 1 done"));
  EXPECT_EQ(session_.MillisToDeadline(), -1);
}

TEST_F(Receipts, AreNotAwaitedAtTheEndOfTheSession) {
  Send(1, "a");
  session_.Buffered(0);
  EXPECT_THAT(session_.ChannelClosed(), ElementsAre("upload 1 done", "closed closed"));
}

TEST_F(Receipts, AreSaidOfWhatIsWholeAndRight) {
  session_.Text(OfferText("a", 10));
  session_.Pull(1, "a");
  session_.Partial("a", 0);
  session_.Text(MetaText("a", 10));
  session_.Authorization(1);
  EXPECT_THAT(session_.Binary(10), Not(Contains("send transfer-done a")));
  EXPECT_THAT(session_.Digest(1, "a"), ElementsAre("send transfer-done a", "deliver 1"));
}

TEST(ReceiptsOfClassicPeers, AreNotAwaited) {
  SessionDriver session(Polite());
  session.Open();
  session.BeginUpload(1, "a", 10);
  session.BlockReady(1);
  EXPECT_THAT(session.Buffered(0), ElementsAre("upload 1 done"));
}

using DrainedSession = Receipts;

TEST_F(DrainedSession, IsSaidAtOnceWhenNothingIsUnderWay) {
  session_.Buffered(0);
  EXPECT_THAT(session_.AwaitDrained(), ElementsAre("drained"));
  EXPECT_THAT(session_.AwaitDrained(), ElementsAre("drained"));
}

TEST_F(DrainedSession, WaitsForFilesTheirReceiptsAndTheChannel) {
  session_.Buffered(0);
  session_.BeginUpload(1, "a", 10);
  EXPECT_THAT(session_.AwaitDrained(), IsEmpty());
  session_.BlockReady(1);
  EXPECT_THAT(session_.Buffered(0), IsEmpty());
  EXPECT_THAT(session_.Text(DoneText("a")), ElementsAre("upload 1 delivered", "drained"));
}

TEST_F(DrainedSession, WaitsForTextInTheChannel) {
  session_.Buffered(0);
  session_.Offer(1, "a", 10);
  EXPECT_THAT(session_.AwaitDrained(), ElementsAre("await-low 0"));
  EXPECT_THAT(session_.Buffered(0), ElementsAre("drained")) << "an offer that nobody pulls is not awaited";
}

TEST_F(DrainedSession, IsSaidOnceForAllWhoAsked) {
  session_.Offer(1, "a", 10);
  session_.AwaitDrained();
  session_.AwaitDrained();
  EXPECT_THAT(session_.Buffered(0), ElementsAre("drained"));
  EXPECT_THAT(session_.Buffered(0), IsEmpty());
}

}  // namespace
}  // namespace peer_session::testing
