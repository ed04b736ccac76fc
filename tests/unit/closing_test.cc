// Closing: everything is settled at once, once, and nothing follows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.h"

namespace peer_session::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Closing, SettlesWhatWaitsRunsAndIsVerified) {
  SessionDriver peer;
  peer.Open();
  peer.BeginUpload(1, "u", 10);
  peer.BeginUpload(2, "v", 10);
  peer.BeginDownload(3, "a", 10);
  peer.Binary(10);
  peer.BeginDownload(4, "b", 10);
  peer.Pull(5, "c");
  EXPECT_THAT(peer.Close(), ElementsAre("upload 1 closed", "upload 2 closed", "failed 4 closed", "failed 5 closed",
                                        "failed 3 closed", "closed closed"));
}

TEST(Closing, IsIdempotent) {
  SessionDriver peer;
  peer.Open();
  EXPECT_THAT(peer.Close(), ElementsAre("closed closed"));
  EXPECT_THAT(peer.Close(), IsEmpty());
  EXPECT_THAT(peer.ChannelClosed(), IsEmpty());
}

TEST(Closing, WorksBeforeTheChannelEverOpened) {
  SessionDriver peer;
  EXPECT_THAT(peer.Close(), ElementsAre("closed closed"));
  EXPECT_THAT(peer.Open(), IsEmpty());
}

TEST(Closing, ByThePeerSettlesEveryPullAtOnce) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  peer.Pull(2, "b");
  EXPECT_THAT(peer.ChannelClosed(), ElementsAre("failed 1 closed", "failed 2 closed", "closed closed"));
}

TEST(Closing, TellsAFailureFromAnEnd) {
  SessionDriver peer;
  peer.Open();
  peer.Pull(1, "a");
  EXPECT_THAT(peer.ChannelClosed(Reason::kChannelError), ElementsAre("failed 1 channel-error", "closed channel-error"));
}

TEST(Closing, ByThePeerWhileTheLastHashIsComputedStillDelivers) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 10);
  peer.Binary(10);
  peer.BeginDownload(2, "b", 10);
  peer.Binary(10);
  peer.BeginDownload(3, "c", 10);
  EXPECT_THAT(peer.ChannelClosed(), ElementsAre("failed 3 closed"));
  EXPECT_THAT(peer.Digest(1, "a"), ElementsAre("deliver 1"));
  EXPECT_THAT(peer.Digest(2, "x"), ElementsAre("failed 2 hash-mismatch", "closed closed"));
  EXPECT_THAT(peer.Digest(2, "b"), IsEmpty());
}

TEST(Closing, ByAFailureWhileTheLastHashIsComputedStillDelivers) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 10);
  peer.Binary(10);
  EXPECT_THAT(peer.ChannelClosed(Reason::kChannelError), IsEmpty());
  EXPECT_THAT(peer.Digest(1, "a"), ElementsAre("deliver 1", "closed channel-error"));
}

TEST(Closing, WaitsForNoHashLongerThanForAnyOther) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 10);
  peer.Binary(10);
  peer.ChannelClosed();
  EXPECT_THAT(peer.Pass(Duration::Millis(29'999)), IsEmpty());
  EXPECT_THAT(peer.Pass(Duration::Millis(1)), ElementsAre("failed 1 hash-failed", "closed closed"));
}

TEST(Closing, TakesAndSaysNothingWhileTheLastHashIsComputed) {
  SessionDriver peer;
  peer.Open();
  peer.Offer(5, "o", 10);
  peer.BeginDownload(1, "a", 10);
  peer.Binary(10);
  peer.ChannelClosed();
  EXPECT_THAT(peer.Open(), IsEmpty());
  EXPECT_THAT(peer.Text(PullText("o")), IsEmpty());
  EXPECT_THAT(peer.Text(R"({"type":"ping"})"), IsEmpty());
  EXPECT_THAT(peer.Binary(10), ElementsAre("drop"));
  EXPECT_THAT(peer.Offer(6, "p", 10), ElementsAre("upload 6 not-open"));
  EXPECT_THAT(peer.Pull(7, "q"), ElementsAre("failed 7 not-open"));
  peer.session().SendPing(peer.now());
  peer.session().RequestSync(peer.now());
  EXPECT_THAT(peer.Drain(), IsEmpty());
  EXPECT_THAT(peer.Buffered(0), IsEmpty());
  EXPECT_THAT(peer.ChannelClosed(), IsEmpty());
  EXPECT_THAT(peer.Digest(1, "a"), ElementsAre("deliver 1", "closed closed"));
}

TEST(Closing, OnThisSideWhileTheLastHashIsComputedSettlesItAtOnce) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 10);
  peer.Binary(10);
  peer.ChannelClosed();
  EXPECT_THAT(peer.Close(), ElementsAre("failed 1 closed", "closed closed"));
}

TEST(Closing, ForAnotherPeerUnderTheSameIdsSaysSo) {
  SessionDriver peer;
  peer.Open();
  peer.BeginUpload(1, "u", 10);
  peer.Pull(2, "a");
  EXPECT_THAT(peer.ChannelClosed(Reason::kPeerReplaced), ElementsAre("report peer-replaced", "upload 1 peer-replaced",
                                                                     "failed 2 peer-replaced", "closed peer-replaced"));
}

TEST(Closing, ForgetsPendingOffers) {
  SessionDriver peer;
  peer.Open();
  peer.Offer(1, "a", 10);
  peer.Close();
  EXPECT_EQ(peer.stats().pending_offers, 0U);
}

TEST(Closing, LeavesNothingBehind) {
  SessionDriver peer;
  peer.Open(65536);
  peer.BeginUpload(1, "u", 10 << 20);
  peer.BlockReady(1);
  peer.Buffered(8 << 20);
  peer.Offer(2, "o", 10);
  peer.BeginDownload(3, "a", 0);
  peer.Pull(4, "b");
  peer.Close();
  const Stats stats = peer.stats();
  EXPECT_EQ(stats.pending_offers + stats.queued_uploads + stats.waiting_pulls + stats.unverified_files, 0U);
  EXPECT_EQ(stats.outbox, ByteCount());
  EXPECT_EQ(peer.MillisToDeadline(), -1);
}

TEST(Closing, IsTheEndOfEveryInput) {
  SessionDriver peer;
  peer.Open();
  peer.BeginUpload(1, "u", 10);
  peer.BeginDownload(2, "a", 10);
  peer.Close();
  EXPECT_THAT(peer.Connecting(), IsEmpty());
  EXPECT_THAT(peer.Described(), IsEmpty());
  EXPECT_THAT(peer.Open(), IsEmpty());
  EXPECT_THAT(peer.Offer(3, "x", 1), IsEmpty());
  EXPECT_THAT(peer.Pull(4, "y"), IsEmpty());
  EXPECT_THAT(peer.Text(R"({"type":"ping"})"), IsEmpty());
  EXPECT_THAT(peer.Text(PullText("x")), IsEmpty());
  EXPECT_THAT(peer.Binary(10), IsEmpty());
  EXPECT_THAT(peer.Buffered(0), IsEmpty());
  EXPECT_THAT(peer.BlockReady(1), IsEmpty());
  EXPECT_THAT(peer.BlockFailed(1), IsEmpty());
  EXPECT_THAT(peer.Authorization(2), IsEmpty());
  EXPECT_THAT(peer.Digest(2, "a"), IsEmpty());
  EXPECT_THAT(peer.DigestFailed(2), IsEmpty());
  EXPECT_THAT(peer.StoreFailed(2), IsEmpty());
  peer.session().RequestSync(peer.now());
  peer.session().RequestFile(peer.now(), "h");
  peer.session().SendInventory(peer.now(), {"h"});
  peer.session().SendPing(peer.now());
  EXPECT_THAT(peer.Pass(Duration::Minutes(90)), IsEmpty());
  EXPECT_THAT(peer.Timeout(), IsEmpty());
}

TEST(Closing, IsTheLastActionAlsoWhileOthersWait) {
  SessionDriver peer;
  peer.Open();
  peer.session().Pull(peer.now(), Key(1), TransferId{"a"});
  peer.session().Close(peer.now());
  peer.session().SendPing(peer.now());
  EXPECT_TRUE(peer.session().HasActions());
  EXPECT_THAT(peer.Drain(), ElementsAre("send pull-request a", "failed 1 closed", "closed closed"));
  EXPECT_FALSE(peer.session().HasActions());
}

TEST(Closing, OnThisSideAfterTheChannelHasFailedIsStillThisSides) {
  SessionDriver peer;
  peer.Open();
  peer.BeginDownload(1, "a", 10);
  peer.Binary(10);
  peer.ChannelClosed(Reason::kChannelError);
  EXPECT_THAT(peer.Close(), ElementsAre("failed 1 closed", "closed channel-error"));
}

}  // namespace
}  // namespace peer_session::testing
