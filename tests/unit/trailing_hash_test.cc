// Files that are offered without their hash: it follows the bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "support/polite_session.h"
#include "support/session_driver.h"
#include "wire/write.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

FileInfo Unhashed(const std::string& id, std::int64_t size) {
  FileInfo file = FileOf(id, size);
  file.hash.clear();
  return file;
}
std::string UnhashedOffer(const std::string& id, std::int64_t size) { return wire::WriteOfferFile(Unhashed(id, size)); }
std::string UnhashedMeta(const std::string& id, std::int64_t size, std::int64_t offset = 0) {
  return wire::WriteMeta(Unhashed(id, size), {}, ByteCount(offset));
}
std::string EndText(const std::string& id, const std::string& hash) {
  return wire::WriteTransferEnd(TransferId{id}, hash);
}
std::string EndText(const std::string& id) { return EndText(id, HashOf(id)); }

// Understands everything but a hash that follows.
std::string OlderHello() {
  return wire::WriteHello("them", wire::FeatureSet::All().Without(wire::Feature::kTrailingHash), ByteCount::MiB(15));
}

class TrailingHash : public PoliteSession {
 protected:
  Lines OfferUnhashed(std::uint32_t key, const std::string& id, std::int64_t size, bool once = false) {
    session_.session().Offer(session_.now(), Key(key), Unhashed(id, size), once);
    return session_.Drain();
  }
  Lines Hashed(std::uint32_t key, const std::string& hash) {
    session_.session().HandleDigest(session_.now(), Key(key), hash);
    return session_.Drain();
  }
  Lines Ready(std::uint32_t key, std::int64_t length) {
    session_.session().HandleBlockReady(session_.now(), Key(key), ByteCount(length));
    return session_.Drain();
  }
  // Offered, pulled, and all of its bytes handed over.
  Lines SendAll(std::uint32_t key, const std::string& id, std::int64_t size) {
    OfferUnhashed(key, id, size);
    session_.Text(PullText(id));
    return session_.BlockReady(key);
  }
  // Offered, pulled, its `meta` here and allowed.
  void Receive(std::uint32_t key, const std::string& id, std::int64_t size) {
    session_.Text(UnhashedOffer(id, size));
    session_.Pull(key, id);
    session_.Text(UnhashedMeta(id, size));
    session_.Authorization(key);
  }
};

// --- The sender ---

TEST_F(TrailingHash, IsSaidBehindTheBytes) {
  EXPECT_THAT(OfferUnhashed(1, "a", 100), ElementsAre("send offer-file a"));
  EXPECT_THAT(session_.LastOf<SendText>()[0].text, Not(HasSubstr("hash")));
  session_.Text(PullText("a"));
  EXPECT_THAT(session_.BlockReady(1), ElementsAre("send meta a", "bytes 1 0..100 by 16384", "hash 1"));
  EXPECT_THAT(session_.LastOf<SendText>()[0].text, Not(HasSubstr("hash")));
  EXPECT_THAT(Hashed(1, HashOf("a")), Contains("send transfer-end a"));
  EXPECT_EQ(session_.LastOf<SendText>()[0].text, EndText("a"));
  session_.Buffered(0);
  EXPECT_THAT(session_.Text(wire::WriteTransferDone(TransferId{"a"})), ElementsAre("upload 1 delivered"));
}

TEST_F(TrailingHash, OfAnEmptyFileFollowsItsDescription) {
  OfferUnhashed(1, "a", 0);
  EXPECT_THAT(session_.Text(PullText("a")), IsSupersetOf({"send meta a", "hash 1"}));
  EXPECT_THAT(Hashed(1, HashOf("a")), Contains("send transfer-end a"));
}

TEST_F(TrailingHash, HoldsUpTheNextFileUntilItIsSaid) {
  SendAll(1, "a", 100);
  session_.Offer(2, "b", 10);
  session_.Text(PullText("b"));
  EXPECT_THAT(session_.BlockReady(2), Not(Contains("send meta b")));
  EXPECT_THAT(Hashed(1, HashOf("a")), IsSupersetOf({"send transfer-end a", "send meta b"}));
}

TEST_F(TrailingHash, ThatNeverComesEndsTheFileInTime) {
  SendAll(1, "a", 100);
  session_.Buffered(0);
  EXPECT_THAT(session_.Pass(Duration::Millis(9'999)), IsEmpty());
  EXPECT_THAT(session_.Pass(Duration::Millis(1)), ElementsAre("send transfer-abort a", "upload 1 read-timeout"));
  EXPECT_THAT(Hashed(1, HashOf("a")), IsEmpty());
}

TEST_F(TrailingHash, ThatCannotBeComputedEndsTheFile) {
  SendAll(1, "a", 100);
  EXPECT_THAT(session_.DigestFailed(1), IsSupersetOf({"send transfer-abort a", "upload 1 hash-failed"}));
}

TEST_F(TrailingHash, IsAskedForOnceAndKeptForAnotherPull) {
  SendAll(1, "a", 100);
  EXPECT_THAT(session_.BlockReady(1), IsEmpty());
  Hashed(1, HashOf("a"));
  EXPECT_THAT(Hashed(1, HashOf("b")), IsEmpty());
  session_.Lost();
  session_.Open();
  session_.Text(PullFrom("a", 60));
  EXPECT_THAT(session_.BlockReady(1), IsSupersetOf({"send meta a from 60", "send transfer-end a"}));
  EXPECT_THAT(session_.LastOf<SendText>(), Contains(::testing::Field(&SendText::text, EndText("a"))));
}

TEST_F(TrailingHash, BeingAskedForIsAskedForAgainAfterALostChannel) {
  SendAll(1, "a", 100);
  session_.Lost();
  EXPECT_THAT(Hashed(1, HashOf("a")), IsEmpty());
  session_.Open();
  EXPECT_THAT(session_.Text(PullFrom("a", 100)), IsSupersetOf({"send meta a from 100", "hash 1"}));
}

TEST_F(TrailingHash, IsOfWhatWasReadSoNothingIsSkipped) {
  OfferUnhashed(1, "a", 100);
  EXPECT_THAT(session_.Text(PullFrom("a", 60)), ElementsAre("read 1 0..100"));
  EXPECT_THAT(session_.BlockReady(1), Contains("send meta a"));
}

TEST_F(TrailingHash, IsNotOfferedToAPeerThatDoesNotKnowIt) {
  SessionDriver older(Polite());
  older.Open();
  older.Text(OlderHello());
  older.session().Offer(older.now(), Key(1), Unhashed("a", 100));
  EXPECT_THAT(older.Drain(), ElementsAre("upload 1 hash-required"));
  SessionDriver classic;
  classic.Open();
  classic.session().Offer(classic.now(), Key(1), Unhashed("a", 100));
  EXPECT_THAT(classic.Drain(), ElementsAre("upload 1 hash-required"));
  EXPECT_EQ(classic.stats().pending_offers, 0U);
}

TEST(TrailingHashOfASignedFile, IsNone) {
  Options options = Polite();
  options.signer_id = "me";
  SessionDriver session(options);
  session.Meet();
  session.session().Offer(session.now(), Key(1), Unhashed("a", 100));
  EXPECT_THAT(session.Drain(), ElementsAre("upload 1 hash-required"));
  FileInfo of_another = Unhashed("b", 100);
  of_another.original_sender_id = "another";
  session.session().Offer(session.now(), Key(2), of_another);
  EXPECT_THAT(session.Drain(), ElementsAre("send offer-file b"));
}

TEST(TrailingHashOfALongId, HasRoomOrIsNotOffered) {
  SessionDriver session(Polite());
  session.Open(/*max_message=*/170);
  session.Text(HelloText());
  FileInfo file = Unhashed(std::string(90, 'a'), 1);
  file.name = file.mime = "";
  session.session().Offer(session.now(), Key(1), file);
  EXPECT_THAT(session.Drain(), ElementsAre("upload 1 message-too-long"));
}

// --- Reading ---

TEST_F(TrailingHash, LeavesBlocksThatComeInPiecesInOrder) {
  OfferUnhashed(1, "a", 100);
  session_.Text(PullText("a"));
  EXPECT_THAT(Ready(1, 30), ElementsAre("read 1 30..100", "send meta a", "bytes 1 0..30 by 16384",
                                        ::testing::StartsWith("await-low")));
  EXPECT_THAT(Ready(1, 70), ElementsAre("bytes 1 30..100 by 16384", "hash 1"));
}

TEST_F(TrailingHash, BlocksOfNoOrTooManyBytesCountAsTheyCan) {
  OfferUnhashed(1, "a", 100);
  session_.Text(PullText("a"));
  EXPECT_THAT(Ready(1, 0), Contains("read 1 1..100"));
  EXPECT_THAT(Ready(1, 1000), Contains("bytes 1 1..100 by 16384"));
}

TEST_F(TrailingHash, OfAFileThatChangedIsNotSaid) {
  OfferUnhashed(1, "a", 100);
  session_.Text(PullText("a"));
  session_.session().HandleBlockFailed(session_.now(), Key(1), Reason::kFileChanged);
  EXPECT_THAT(session_.Drain(), ElementsAre("send transfer-abort a", "upload 1 file-changed"));
  EXPECT_THAT(session_.LastOf<SendText>()[0].text, HasSubstr("file-changed"));
}

TEST_F(TrailingHash, OfASourceThatCanBeReadOnceIsFromItsBeginning) {
  OfferUnhashed(1, "a", 100, /*once=*/true);
  EXPECT_THAT(session_.Text(PullFrom("a", 60)), ElementsAre("read 1 0..100"));
}

TEST_F(TrailingHash, OfASourceThatWasReadCannotBePulledAgain) {
  OfferUnhashed(1, "a", 100, /*once=*/true);
  session_.Text(PullText("a"));
  session_.BlockReady(1);
  session_.Lost();
  session_.Open();
  EXPECT_THAT(session_.Text(PullFrom("a", 60)), ElementsAre("send transfer-abort a", "upload 1 not-resumable"));
  EXPECT_THAT(session_.LastOf<SendText>()[0].text, HasSubstr("not-resumable"));
}

TEST_F(TrailingHash, OfASourceThatWaitedBehindAnotherCanBePulledAgain) {
  session_.Offer(1, "a", 20 << 20);
  session_.Offer(2, "big", 9 << 20);
  OfferUnhashed(3, "c", 100, /*once=*/true);
  session_.Text(PullText("big"));
  EXPECT_THAT(session_.Text(PullText("c")), IsEmpty()) << "nothing of it is read yet";
  session_.Lost();
  session_.Open();
  EXPECT_THAT(session_.Text(PullText("c")), ElementsAre("read 3 0..100"));
}

// --- Whether the peer knows it ---

TEST_F(TrailingHash, WhetherThePeerKnowsItIsSaidAtOnceWhenItHasGreeted) {
  session_.session().AwaitPeer(session_.now());
  EXPECT_THAT(session_.Drain(), ElementsAre("peer-known takes-trailing-hash"));
  EXPECT_THAT(session_.Timeout(), IsEmpty());
}

TEST(WhatThePeerKnows, IsSaidWhenItGreets) {
  SessionDriver session(Polite());
  session.Open();
  session.session().AwaitPeer(session.now());
  session.session().AwaitPeer(session.now());
  EXPECT_THAT(session.Drain(), IsEmpty());
  EXPECT_THAT(session.Text(HelloText()), ElementsAre("peer-known takes-trailing-hash"));
}

TEST(WhatThePeerKnows, IsNothingAfterItsFirstOffer) {
  SessionDriver session(Polite());
  session.Open();
  session.session().AwaitPeer(session.now());
  EXPECT_THAT(session.Text(OfferText("a", 10)), ElementsAre("offer a", "peer-known"));
}

TEST(WhatThePeerKnows, IsNotAwaitedForLong) {
  SessionDriver session(Polite());
  session.Open();
  session.session().AwaitPeer(session.now());
  session.Drain();
  EXPECT_EQ(session.MillisToDeadline(), 5'000);
  EXPECT_THAT(session.Pass(Duration::Seconds(5)), ElementsAre("peer-known"));
  EXPECT_EQ(session.MillisToDeadline(), -1);
}

TEST(WhatThePeerKnows, IsNotAwaitedWithoutAChannel) {
  SessionDriver session(Polite());
  session.session().AwaitPeer(session.now());
  EXPECT_THAT(session.Drain(), ElementsAre("peer-known"));
  session.Open();
  session.session().AwaitPeer(session.now());
  session.Drain();
  EXPECT_THAT(session.Close(), ElementsAre("send bye", "peer-known", "closed closed"));
}

// --- The receiver ---

TEST_F(TrailingHash, IsWhatAPulledFileIsVerifiedAgainst) {
  EXPECT_THAT(session_.Text(UnhashedOffer("a", 100)), ElementsAre("offer a"));
  EXPECT_EQ(session_.LastOf<OfferReceived>()[0].file.hash, "");
  EXPECT_THAT(session_.Pull(1, "a"), ElementsAre("send pull-request a")) << "nothing is looked up";
  EXPECT_THAT(session_.Text(UnhashedMeta("a", 100)), ElementsAre("authorize 1"));
  session_.Authorization(1);
  EXPECT_THAT(session_.Binary(100), ElementsAre("store 1 0..100"));
  EXPECT_THAT(session_.Text(EndText("a")), ElementsAre("verify 1"));
  EXPECT_THAT(session_.Digest(1, "a"), ElementsAre("send transfer-done a", "deliver 1"));
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].file->hash, HashOf("a"));
}

TEST_F(TrailingHash, ThatIsWrongDiscardsTheFile) {
  Receive(1, "a", 100);
  session_.Binary(100);
  session_.Text(EndText("a"));
  EXPECT_THAT(session_.Digest(1, "b"), ElementsAre("send transfer-cancel a", "failed 1 hash-mismatch"));
}

TEST_F(TrailingHash, ThatIsMalformedIsSetAside) {
  Receive(1, "a", 100);
  session_.Binary(100);
  for (const std::string& text : {EndText("a", "x"), std::string(R"({"type":"transfer-end","transferId":"a"})"),
                                  std::string(R"({"type":"transfer-end","transferId":"a","hash":5})")}) {
    EXPECT_THAT(session_.Text(text), ElementsAre("report malformed-message"));
  }
  EXPECT_THAT(session_.Text(EndText("a")), ElementsAre("verify 1"));
}

TEST_F(TrailingHash, ThatIsNeverSaidEndsTheFileInTime) {
  Receive(1, "a", 100);
  session_.Binary(100);
  EXPECT_THAT(session_.Pass(Duration::Millis(29'900)), IsEmpty());
  EXPECT_THAT(session_.Pass(Duration::Millis(200)), ElementsAre("send transfer-cancel a", "failed 1 stalled"));
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].kept, ByteCount()) << "under no name";
}

TEST_F(TrailingHash, ThatComesBeforeAllBytesWaitsForThem) {
  Receive(1, "a", 100);
  session_.Binary(60);
  EXPECT_THAT(session_.Text(EndText("a")), IsEmpty());
  EXPECT_THAT(session_.Binary(40), ElementsAre("store 1 60..100", "verify 1"));
  EXPECT_THAT(session_.Digest(1, "a"), Contains("deliver 1"));
}

TEST_F(TrailingHash, ThatComesBeforeTheOwnersAnswerWaitsForThat) {
  session_.Text(UnhashedOffer("a", 0));
  session_.Pull(1, "a");
  session_.Text(UnhashedMeta("a", 0));
  EXPECT_THAT(session_.Text(EndText("a")), IsEmpty());
  EXPECT_THAT(session_.Authorization(1), ElementsAre("verify 1"));
}

TEST_F(TrailingHash, ThatComesTwiceCountsTheFirstTime) {
  Receive(1, "a", 100);
  session_.Text(EndText("a"));
  EXPECT_THAT(session_.Text(EndText("a", HashOf("b"))), IsEmpty());
  EXPECT_EQ(session_.stats().ignored_messages, 1U);
  session_.Binary(100);
  EXPECT_THAT(session_.Text(EndText("a", HashOf("b"))), IsEmpty());
  EXPECT_EQ(session_.stats().ignored_messages, 2U);
  EXPECT_THAT(session_.Digest(1, "a"), Contains("deliver 1"));
}

TEST_F(TrailingHash, OfAFileThatHasOneIsPassedOver) {
  session_.Text(OfferText("a", 100));
  session_.Pull(1, "a");
  session_.Partial("a", 0);
  session_.Text(MetaText("a", 100));
  session_.Authorization(1);
  EXPECT_THAT(session_.Text(EndText("a", HashOf("b"))), IsEmpty());
  EXPECT_EQ(session_.stats().ignored_messages, 1U);
  session_.Binary(100);
  EXPECT_THAT(session_.Digest(1, "a"), Contains("deliver 1"));
}

TEST_F(TrailingHash, OfNoFileIsPassedOver) {
  EXPECT_THAT(session_.Text(EndText("a")), IsEmpty());
  EXPECT_EQ(session_.stats().ignored_messages, 1U);
}

TEST_F(TrailingHash, OfAPeerThatSaysNothingOfThemIsNone) {
  SessionDriver older(Polite());
  older.Open();
  older.Text(OlderHello());
  EXPECT_THAT(older.Text(UnhashedOffer("a", 100)), ElementsAre("report malformed-message"));
  older.Pull(1, "a");
  EXPECT_THAT(older.Text(UnhashedMeta("a", 100)), Contains("failed 1 invalid-metadata"));
  EXPECT_THAT(older.Text(R"({"type":"transfer-end","transferId":"a","hash":5})"), IsEmpty());
}

TEST_F(TrailingHash, IsNotTakenFromMetaForOneThatWasOfferedWithout) {
  session_.Text(UnhashedOffer("a", 100));
  session_.Pull(1, "a");
  EXPECT_THAT(session_.Text(MetaText("a", 100)), Contains("failed 1 offer-mismatch"));
  session_.Text(OfferText("b", 100));
  session_.Pull(2, "b");
  session_.Partial("b", 0);
  EXPECT_THAT(session_.Text(UnhashedMeta("b", 100)), Contains("failed 2 offer-mismatch"));
}

TEST_F(TrailingHash, AndTheBytesGoOnOverAnotherChannel) {
  Receive(1, "a", 100);
  session_.Binary(60);
  session_.Text(EndText("a"));
  session_.Lost();
  EXPECT_THAT(session_.Open(), Contains("resumed"));
  EXPECT_THAT(session_.Text(HelloText()), IsEmpty());
  session_.Text(UnhashedMeta("a", 100, 60));
  session_.Authorization(1);
  EXPECT_THAT(session_.Binary(40), ElementsAre("store 1 60..100")) << "what was said on the lost channel is said again";
  EXPECT_THAT(session_.Text(EndText("a")), ElementsAre("verify 1"));
  EXPECT_THAT(session_.Digest(1, "b"), Contains("failed 1 hash-mismatch")) << "and no part came from anywhere else";
}

TEST_F(TrailingHash, OfWhatIsHereWholeComesOverAnotherChannel) {
  Receive(1, "a", 100);
  session_.Binary(100);
  session_.Lost();
  EXPECT_THAT(session_.Open(), Contains("send pull-request a from 100"));
  session_.Text(HelloText());
  session_.Text(UnhashedMeta("a", 100, 100));
  session_.Authorization(1);
  EXPECT_THAT(session_.Text(EndText("a")), ElementsAre("verify 1"));
}

TEST_F(TrailingHash, IsWhatAFileIsKeptUnderOnceItIsSaid) {
  Receive(1, "a", 100);
  session_.Binary(60);
  session_.Text(EndText("a"));
  session_.Close();
  ASSERT_EQ(session_.LastOf<DownloadEnded>().size(), 1U);
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].kept, ByteCount(60));
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].hash, HashOf("a"));
}

TEST_F(TrailingHash, OfAFileInASinkFinishesIt) {
  session_.Text(UnhashedOffer("a", 100));
  session_.PullInto(1, "a", 1000);
  session_.Text(UnhashedMeta("a", 100));
  session_.Authorization(1);
  session_.Binary(100);
  session_.Stored("a", 100);
  EXPECT_THAT(session_.Text(EndText("a")), ElementsAre("verify 1"));
  EXPECT_THAT(session_.Digest(1, "a"), ElementsAre("finish 1"));
  EXPECT_THAT(session_.Stored("a", 100), Contains("deliver 1"));
}

TEST_F(TrailingHash, IsTheQueueMovingForThoseWhoWaitBehind) {
  Receive(1, "a", 100);
  session_.Pull(2, "next");
  session_.Binary(100);
  session_.Pass(Duration::Seconds(29));
  session_.Text(EndText("a"));
  session_.Digest(1, "a");
  EXPECT_THAT(session_.Pass(Duration::Millis(14'900)), Not(Contains("failed 2 pull-timeout")));
  EXPECT_THAT(session_.Pass(Duration::Millis(200)), Contains("failed 2 pull-timeout"));
}

// --- The group ---

TEST(TrailingHashInAGroup, IsNoContentToCompareBy) {
  Group group;
  SessionDriver one(group, Member{1}, Polite());
  SessionDriver two(group, Member{2}, Polite());
  one.Meet();
  two.Meet();
  EXPECT_THAT(one.Text(UnhashedOffer("a", 100)), ElementsAre("offer a"));
  EXPECT_THAT(two.Text(UnhashedOffer("b", 100)), ElementsAre("offer b"));
  one.Pull(1, "a");
  EXPECT_THAT(two.Text(UnhashedOffer("c", 100)), ElementsAre("offer c"));
  EXPECT_THAT(one.Text(AbortText("a")), Contains("failed 1 aborted-by-peer"));
  EXPECT_EQ(group.PollWoken(), std::nullopt);
}

// --- Lanes ---

TEST(TrailingHashOnLanes, ComesBeforeTheLastBytesOfALane) {
  SessionDriver session(Polite());
  session.Open();
  session.Text(LanesHelloText());
  session.Text(LaneText(1, "offer", "sdp"));
  const std::uint32_t lane = kMostLanes + 1;
  session.LaneDescribed(lane);
  session.LaneOpen(lane);
  session.Text(UnhashedOffer("a", 100));
  session.Pull(1, "a");
  session.Text(UnhashedMeta("a", 100));
  session.Authorization(1);
  session.Binary(60);
  EXPECT_THAT(session.Text(EndText("a")), IsEmpty());
  session.LaneText(lane, SegmentText("a", 60));
  EXPECT_THAT(session.LaneBinary(lane, 40), IsSupersetOf({"store 1 60..100", "verify 1"}));
}

}  // namespace
}  // namespace peer_session::testing
