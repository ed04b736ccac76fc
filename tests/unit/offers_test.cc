// Offers: said at once, kept until they are pulled, replaced or too old.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "support/session_driver.h"
#include "wire/write.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Offers, AreHandedToTheChannelWithinTheCall) {
  SessionDriver peer;
  peer.Open();
  EXPECT_THAT(peer.Offer(1, "a", 10), ElementsAre("send offer-file a"));
  EXPECT_EQ(peer.stats().pending_offers, 1U);
}

FileInfo FileWithExtra(const std::string& id, std::string extra) {
  FileInfo file = FileOf(id, 10);
  file.extra = std::move(extra);
  return file;
}

TEST(Offers, SayWhatIsAttachedAndItsMetaDoesNot) {
  SessionDriver peer;
  peer.Open();
  peer.session().Offer(peer.now(), Key(1), FileWithExtra("a", R"({"n":1})"));
  peer.Drain();
  EXPECT_THAT(peer.LastOf<SendText>()[0].text, ::testing::HasSubstr(R"("extra":"{\"n\":1}")"));
  peer.Text(PullText("a"));
  peer.BlockReady(1);
  EXPECT_EQ(peer.LastOf<SendText>()[0].text, MetaText("a", 10));
}

TEST(Offers, AreNotMadeWithMoreAttachedThanAPeerTakes) {
  SessionDriver peer;
  peer.Open();
  peer.session().Offer(peer.now(), Key(1), FileWithExtra("a", std::string(4096, 'x')));
  EXPECT_THAT(peer.Drain(), ElementsAre("send offer-file a"));
  peer.session().Offer(peer.now(), Key(2), FileWithExtra("b", std::string(4097, 'x')));
  EXPECT_THAT(peer.Drain(), ElementsAre("upload 2 message-too-long"));
}

TEST(Offers, AreNotMadeWithMoreAttachedThanOneMessageHolds) {
  SessionDriver peer;
  peer.Open(1000);
  peer.session().Offer(peer.now(), Key(1), FileWithExtra("a", std::string(900, 'x')));
  EXPECT_THAT(peer.Drain(), ElementsAre("upload 1 message-too-long"));
  EXPECT_EQ(peer.stats().pending_offers, 0U);
}

TEST(Offers, AreHeardWithWhatIsAttached) {
  SessionDriver peer;
  peer.Open();
  peer.Text(wire::WriteOfferFile(FileWithExtra("a", R"({"n":1})")));
  EXPECT_EQ(peer.LastOf<OfferReceived>()[0].file.extra, R"({"n":1})");
  peer.Text(wire::WriteOfferFile(FileWithExtra("b", std::string(4097, 'x'))));
  EXPECT_EQ(peer.LastOf<OfferReceived>()[0].file.extra, "") << "that alone is set aside";
}

TEST(Offers, AreSaidAgainWithWhatIsAttached) {
  SessionDriver peer(Polite());
  peer.Meet();
  peer.session().Offer(peer.now(), Key(1), FileWithExtra("a", "{}"));
  peer.Drain();
  peer.Lost();
  peer.Open();
  const std::string offer = wire::WriteOfferFile(FileWithExtra("a", "{}"));
  EXPECT_THAT(peer.LastOf<SendText>(), Contains(::testing::Field(&SendText::text, offer)));
}

TEST(Offers, CostNothingUntilTheyArePulled) {
  SessionDriver peer;
  peer.Open();
  EXPECT_THAT(peer.Offer(1, "a", 10), Not(Contains(::testing::HasSubstr("read"))));
  EXPECT_THAT(peer.Pass(Duration::Minutes(4)), IsEmpty());
}

TEST(Offers, EndAtOnceWhenTheChannelIsNotOpen) {
  SessionDriver peer;
  EXPECT_THAT(peer.Offer(1, "a", 10), ElementsAre("upload 1 not-open"));
  EXPECT_EQ(peer.stats().pending_offers, 0U);
}

TEST(Offers, AreConsumedByAPull) {
  SessionDriver peer;
  peer.Open();
  peer.Offer(1, "a", 10);
  EXPECT_THAT(peer.Text(PullText("a")), ElementsAre("read 1 0..10"));
  EXPECT_EQ(peer.stats().pending_offers, 0U);
  EXPECT_EQ(peer.stats().queued_uploads, 1U);
}

TEST(Offers, AreNotPulledTwice) {
  SessionDriver peer;
  peer.Open();
  peer.BeginUpload(1, "a", 10);
  EXPECT_THAT(peer.Text(PullText("a")), IsEmpty());
  EXPECT_EQ(peer.stats().queued_uploads, 1U);
  peer.BlockReady(1);
  EXPECT_THAT(peer.Text(PullText("a")), IsEmpty());
  EXPECT_EQ(peer.stats().ignored_messages, 2U);
}

TEST(Offers, ThatNobodyMadeAreNotPulled) {
  SessionDriver peer;
  peer.Open();
  peer.Offer(1, "a", 10);
  EXPECT_THAT(peer.Text(PullText("b")), IsEmpty());
  EXPECT_EQ(peer.stats().pending_offers, 1U);
  EXPECT_EQ(peer.stats().ignored_messages, 1U);
}

TEST(Offers, ExpireAfterFiveMinutesByTheSessionsOwnDeadline) {
  SessionDriver peer;
  peer.Open();
  peer.Offer(1, "a", 10);
  EXPECT_EQ(peer.MillisToDeadline(), 5 * 60 * 1000);
  EXPECT_THAT(peer.Pass(Duration::Millis(5 * 60 * 1000 - 1)), IsEmpty());
  EXPECT_THAT(peer.Pass(Duration::Millis(1)), ElementsAre("upload 1 offer-expired"));
  EXPECT_EQ(peer.stats().pending_offers, 0U);
  EXPECT_EQ(peer.MillisToDeadline(), -1);
}

TEST(Offers, ThatExpiredAreDroppedWithTheNextOffer) {
  SessionDriver peer;
  peer.Open();
  peer.Offer(1, "a", 10);
  peer.Sleep(Duration::Minutes(5));
  EXPECT_THAT(peer.Offer(2, "b", 10), ElementsAre("send offer-file b", "upload 1 offer-expired"));
  EXPECT_EQ(peer.stats().pending_offers, 1U);
}

TEST(Offers, ThatExpiredAreNotPulledEvenBeforeTheyAreDropped) {
  SessionDriver peer;
  peer.Open();
  peer.Offer(1, "a", 10);
  peer.Sleep(Duration::Minutes(5));
  EXPECT_THAT(peer.Text(PullText("a")), IsEmpty());
  EXPECT_EQ(peer.stats().queued_uploads, 0U);
}

TEST(Offers, CanBePulledUntilTheirLastMoment) {
  SessionDriver peer;
  peer.Open();
  peer.Offer(1, "a", 10);
  peer.Sleep(Duration::Micros(5LL * 60 * 1'000'000 - 1));
  EXPECT_THAT(peer.Text(PullText("a")), ElementsAre("read 1 0..10"));
}

TEST(Offers, ExpireEachInItsOwnTime) {
  SessionDriver peer;
  peer.Open();
  peer.Offer(1, "a", 10);
  peer.Pass(Duration::Minutes(1));
  peer.Offer(2, "b", 10);
  EXPECT_THAT(peer.Pass(Duration::Minutes(4)), ElementsAre("upload 1 offer-expired"));
  EXPECT_THAT(peer.Pass(Duration::Minutes(1)), ElementsAre("upload 2 offer-expired"));
}

TEST(Offers, ThatWerePulledDoNotExpire) {
  SessionDriver peer;
  peer.Open();
  peer.BeginUpload(1, "a", 0);
  peer.BeginUpload(2, "b", 10);
  EXPECT_THAT(peer.Pass(Duration::Minutes(6)), Not(Contains("upload 2 offer-expired")));
}

TEST(Offers, ManyAtOnceExpireWithoutOneCallPayingForAll) {
  SessionDriver peer;
  peer.Open();
  for (std::uint32_t key = 1; key <= 1000; ++key) peer.Offer(key, "t" + std::to_string(key), 10);
  peer.Sleep(Duration::Minutes(5));
  EXPECT_THAT(peer.Timeout(), ::testing::SizeIs(64));
  EXPECT_THAT(peer.Pass(Duration()), ::testing::SizeIs(1000 - 64));
  EXPECT_EQ(peer.stats().pending_offers, 0U);
}

TEST(Offers, TheOldestMakesRoomBeyondTheLimit) {
  Options options;
  options.limits.max_offers = 2;
  SessionDriver peer(options);
  peer.Open();
  peer.Offer(1, "a", 10);
  peer.Offer(2, "b", 10);
  EXPECT_THAT(peer.Offer(3, "c", 10), ElementsAre("send offer-file c", "upload 1 offer-evicted"));
  EXPECT_EQ(peer.stats().pending_offers, 2U);
}

TEST(Offers, OfAnIdThatIsOfferedAlreadyLeaveTheFirstInPlace) {
  SessionDriver peer;
  peer.Open();
  peer.Offer(1, "a", 10);
  EXPECT_THAT(peer.Offer(2, "a", 20), Contains("upload 2 offer-evicted"));
  EXPECT_THAT(peer.Text(PullText("a")), ElementsAre("read 1 0..10"));
}

TEST(Offers, ThatCannotBeDescribedInOneMessageAreNotMade) {
  SessionDriver peer;
  peer.Open(/*max_message=*/100);
  EXPECT_THAT(peer.Offer(1, "a", 10), ElementsAre("upload 1 message-too-long"));
  EXPECT_EQ(peer.stats().pending_offers, 0U);
}

TEST(Offers, OfAnyNumberMayBePendingWhileAFileRuns) {
  SessionDriver peer;
  peer.Open();
  peer.BeginUpload(1, "a", 10);
  EXPECT_THAT(peer.Offer(2, "b", 10), ElementsAre("send offer-file b"));
}

}  // namespace
}  // namespace peer_session::testing
