// A transfer that is given up by either side, at any moment: both hear of it, and what follows goes on.
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

std::string CancelText(const std::string& id, std::string_view reason = "cancelled") {
  return wire::WriteTransferCancel(TransferId{id}, reason);
}
std::string WithdrawText(const std::string& id) { return wire::WriteOfferWithdraw(TransferId{id}); }

class CancelPull : public PoliteSession {};

TEST_F(CancelPull, EndsOneThatWaits) {
  Ask(1, "a", 100);
  EXPECT_THAT(session_.CancelPull("a"), ElementsAre("send transfer-cancel a", "failed 1 cancelled"));
  EXPECT_THAT(session_.CancelPull("a"), IsEmpty()) << "it has ended";
}

TEST_F(CancelPull, EndsOneThatIsBeingLookedUp) {
  session_.Text(OfferText("a", 100));
  session_.Pull(1, "a");
  EXPECT_THAT(session_.CancelPull("a"), Contains("failed 1 cancelled"));
  EXPECT_THAT(session_.Partial("a", 50), IsEmpty());
}

TEST_F(CancelPull, EndsOneThatRunsAndTheNextGoesOn) {
  Ask(1, "a", 100);
  Ask(2, "b", 10);
  session_.Text(MetaText("a", 100));
  session_.Authorization(1);
  session_.Binary(40);
  EXPECT_THAT(session_.CancelPull("a"), ElementsAre("send transfer-cancel a", "failed 1 cancelled"));
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].kept, ByteCount()) << "nobody wants it";
  EXPECT_THAT(session_.Binary(30), ElementsAre("drop")) << "it was on its way";
  EXPECT_THAT(session_.Text(AbortText("a")), IsEmpty());
  session_.Text(MetaText("b", 10));
  session_.Authorization(2);
  EXPECT_THAT(session_.Binary(10), ElementsAre("store 2 0..10", "verify 2"));
}

TEST_F(CancelPull, EndsOneThatIsBeingVerified) {
  Ask(1, "a", 10);
  session_.Text(MetaText("a", 10));
  session_.Authorization(1);
  session_.Binary(10);
  EXPECT_THAT(session_.CancelPull("a"), ElementsAre("send transfer-cancel a", "failed 1 cancelled"));
  EXPECT_THAT(session_.Digest(1, "a"), IsEmpty());
}

TEST_F(CancelPull, OfWhatWasNotPulledDoesNothing) {
  session_.Text(OfferText("a", 10));
  EXPECT_THAT(session_.CancelPull("a"), IsEmpty());
  EXPECT_THAT(session_.CancelPull("unknown"), IsEmpty());
  EXPECT_THAT(session_.Pull(1, "a"), Contains("find-partial 1 10"));
}

TEST_F(CancelPull, LetsNoPullBehindItTimeOutWhileTheRestPasses) {
  Ask(1, "a", 100);
  Ask(2, "b", 10);
  session_.Text(MetaText("a", 100));
  session_.Authorization(1);
  session_.Pass(Duration::Seconds(14));
  session_.CancelPull("a");
  EXPECT_THAT(session_.Pass(Duration::Seconds(14)), IsEmpty());
  EXPECT_THAT(session_.Text(AbortText("a")), IsEmpty());
  EXPECT_THAT(session_.Pass(Duration::Millis(14'900)), IsEmpty()) << "the queue has moved";
  EXPECT_THAT(session_.Pass(Duration::Millis(200)), Contains("failed 2 pull-timeout"));
}

class Refusal : public PoliteSession {};

TEST_F(Refusal, OfTheOwnerIsSaidToThePeer) {
  Ask(1, "a", 100);
  session_.Text(MetaText("a", 100));
  EXPECT_THAT(session_.Authorization(1, false), ElementsAre("send transfer-cancel a", "failed 1 refused"));
  EXPECT_THAT(session_.last().size(), 2U);
  EXPECT_EQ(session_.LastOf<SendText>()[0].text, CancelText("a", "refused"));
}

TEST_F(Refusal, ForWantOfMemoryIsSaidToThePeer) {
  Ask(1, "a", 100);
  session_.Text(MetaText("a", 100));
  session_.Authorization(1);
  session_.Binary(10);
  session_.StoreFailed(1);
  EXPECT_EQ(session_.LastOf<SendText>()[0].text, CancelText("a", "out-of-memory"));
}

TEST_F(Refusal, OfWhatIsNotAsOfferedIsSaidToThePeer) {
  Ask(1, "a", 100);
  session_.Text(MetaText("a", 99));
  EXPECT_EQ(session_.LastOf<SendText>()[0].text, CancelText("a", "offer-mismatch"));
}

TEST_F(Refusal, OfWrongContentIsSaidToThePeer) {
  Ask(1, "a", 10);
  session_.Text(MetaText("a", 10));
  session_.Authorization(1);
  session_.Binary(10);
  EXPECT_THAT(session_.Digest(1, "b"), ElementsAre("send transfer-cancel a", "failed 1 hash-mismatch"));
}

TEST_F(Refusal, ByAnEndOfPatienceIsSaidToThePeer) {
  Ask(1, "a", 10);
  EXPECT_THAT(session_.Pass(Duration::Seconds(15)), ElementsAre("send transfer-cancel a", "failed 1 pull-timeout"));
}

class PeerCancels : public PoliteSession {};

TEST_F(PeerCancels, WhatWaitsInTheQueue) {
  session_.BeginUpload(1, "a", 100'000);
  session_.BeginUpload(2, "b", 10);
  EXPECT_THAT(session_.Text(CancelText("b", "refused")), ElementsAre("upload 2 aborted-by-peer"));
  EXPECT_EQ(session_.LastOf<UploadEnded>()[0].peer_reason, Reason::kRefused);
  EXPECT_THAT(session_.BlockReady(1), Contains("send meta a"));
}

TEST_F(PeerCancels, WhatRunsAndTheNextGoesOn) {
  session_.BeginUpload(1, "a", 3'000'000);
  session_.BeginUpload(2, "b", 10);
  session_.BlockReady(1);
  session_.BlockReady(2);
  EXPECT_THAT(session_.Text(CancelText("a")), ElementsAre("send transfer-abort a", "upload 1 aborted-by-peer"))
      << "in its place, behind the bytes that the channel holds";
  EXPECT_EQ(session_.LastOf<UploadEnded>()[0].peer_reason, Reason::kCancelled);
  EXPECT_THAT(session_.Buffered(0), Contains("send meta b"));
}

TEST_F(PeerCancels, WhatWaitsForItsBlock) {
  session_.BeginUpload(1, "a", 100'000);
  EXPECT_THAT(session_.Text(CancelText("a")), ElementsAre("upload 1 aborted-by-peer"));
  EXPECT_THAT(session_.BlockReady(1), IsEmpty());
}

TEST_F(PeerCancels, WhatIsInTheChannelWhole) {
  session_.BeginUpload(1, "a", 10);
  session_.BlockReady(1);
  EXPECT_THAT(session_.Text(CancelText("a")), ElementsAre("upload 1 aborted-by-peer"));
  EXPECT_THAT(session_.Buffered(0), IsEmpty());
}

TEST_F(PeerCancels, WhatItWasSent) {
  session_.BeginUpload(1, "a", 10);
  session_.BlockReady(1);
  session_.Buffered(0);
  EXPECT_THAT(session_.Text(CancelText("a", "hash-mismatch")), ElementsAre("upload 1 aborted-by-peer"));
  EXPECT_EQ(session_.LastOf<UploadEnded>()[0].peer_reason, Reason::kHashMismatch);
}

TEST_F(PeerCancels, WhatItHasNotPulled) {
  session_.Offer(1, "a", 10);
  EXPECT_THAT(session_.Text(CancelText("a")), ElementsAre("upload 1 aborted-by-peer"));
  EXPECT_THAT(session_.Text(PullText("a")), IsEmpty());
}

TEST_F(PeerCancels, NothingUnderAnIdThatNobodyKnows) {
  session_.BeginUpload(1, "a", 10);
  EXPECT_THAT(session_.Text(CancelText("b")), IsEmpty());
  EXPECT_THAT(session_.BlockReady(1), Contains("send meta a"));
}

class Withdraw : public PoliteSession {};

TEST_F(Withdraw, EndsAnOffer) {
  session_.Offer(1, "a", 10);
  EXPECT_THAT(session_.Withdraw("a"), ElementsAre("send offer-withdraw a", "upload 1 withdrawn"));
  EXPECT_THAT(session_.Text(PullText("a")), IsEmpty());
  EXPECT_THAT(session_.Withdraw("a"), IsEmpty());
}

TEST(WithdrawBeforeHello, IsToldOnceThePeerHasSaidThatItUnderstands) {
  SessionDriver session(Polite());
  session.Open();
  session.Offer(1, "a", 10);
  EXPECT_THAT(session.Withdraw("a"), ElementsAre("upload 1 withdrawn"));
  EXPECT_THAT(session.Text(HelloText("them")), ElementsAre("send offer-withdraw a"));
}

TEST(WithdrawBeforeHello, IsNotToldToAPeerOfAnotherKind) {
  SessionDriver session(Polite());
  session.Open();
  session.Offer(1, "a", 10);
  session.Withdraw("a");
  EXPECT_THAT(session.Text(PullText("b")), IsEmpty());
  EXPECT_THAT(session.Text(HelloText("them")), IsEmpty());
}

TEST_F(Withdraw, EndsWhatWaitsInTheQueue) {
  session_.BeginUpload(1, "a", 100'000);
  session_.BeginUpload(2, "b", 10);
  EXPECT_THAT(session_.Withdraw("b"), ElementsAre("send transfer-abort b", "upload 2 withdrawn"));
  EXPECT_THAT(session_.BlockReady(1), Contains("send meta a"));
}

TEST_F(Withdraw, EndsWhatRunsAndTheNextGoesOn) {
  session_.BeginUpload(1, "a", 3'000'000);
  session_.BeginUpload(2, "b", 10);
  session_.BlockReady(1);
  session_.BlockReady(2);
  EXPECT_THAT(session_.Withdraw("a"), ElementsAre("send transfer-abort a", "upload 1 withdrawn"));
  EXPECT_THAT(session_.Buffered(0), Contains("send meta b"));
}

TEST_F(Withdraw, OfWhatIsInTheChannelWholeDoesNothing) {
  session_.BeginUpload(1, "a", 10);
  session_.BlockReady(1);
  EXPECT_THAT(session_.Withdraw("a"), IsEmpty());
  session_.Buffered(0);
  EXPECT_THAT(session_.Withdraw("a"), IsEmpty());
  EXPECT_THAT(session_.Withdraw("unknown"), IsEmpty());
}

TEST_F(Withdraw, WaitsForRoomToTellOfAFileThatWasPulled) {
  session_.BeginUpload(1, "a", 100'000);
  session_.BeginUpload(2, "b", 10);
  session_.Buffered(ByteCount::MiB(16).value());
  EXPECT_THAT(session_.Withdraw("b"), Not(Contains("send transfer-abort b")));
  EXPECT_THAT(session_.Buffered(0), Contains("send transfer-abort b"));
}

class PeerWithdraws : public PoliteSession {};

TEST_F(PeerWithdraws, WhatWasNotPulled) {
  session_.Text(OfferText("a", 10));
  EXPECT_THAT(session_.Text(WithdrawText("a")), ElementsAre("withdrawn a"));
  EXPECT_THAT(session_.Text(WithdrawText("a")), IsEmpty());
}

TEST_F(PeerWithdraws, WhatThisSideHasJustPulled) {
  Ask(1, "a", 10);
  EXPECT_THAT(session_.Text(WithdrawText("a")), ElementsAre("failed 1 aborted-by-peer", "withdrawn a"));
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].peer_reason, Reason::kWithdrawn);
}

TEST_F(PeerWithdraws, NothingThatItDidNotOffer) { EXPECT_THAT(session_.Text(WithdrawText("a")), IsEmpty()); }

TEST_F(PeerWithdraws, AFileInTheMiddle) {
  Ask(1, "a", 10);
  session_.Text(MetaText("a", 10));
  session_.Authorization(1);
  session_.Binary(5);
  EXPECT_THAT(session_.Text(wire::WriteTransferAbort(TransferId{"a"}, "withdrawn")),
              ElementsAre("failed 1 aborted-by-peer"));
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].peer_reason, Reason::kWithdrawn);
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].kept, ByteCount(5)) << "another peer may have the rest";
}

}  // namespace
}  // namespace peer_session::testing
