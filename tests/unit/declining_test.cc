// An offer that its receiver does not want, and says so: the sender hears it at once, with the receiver's words.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/polite_session.h"
#include "support/session_driver.h"
#include "wire/features.h"
#include "wire/write.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string DeclinedText(const std::string& id, std::string_view detail = "") {
  return wire::WriteTransferCancel(TransferId{id}, "declined", detail, Limits{}.max_detail);
}

class Decline : public PoliteSession {};

TEST_F(Decline, TellsThePeerWithTheApplicationsWords) {
  session_.Text(OfferText("a", 10));
  EXPECT_THAT(session_.Decline("a", "Not now."), ElementsAre("send transfer-cancel a"));
  EXPECT_EQ(session_.LastOf<SendText>()[0].text,
            R"({"type":"transfer-cancel","transferId":"a","reason":"declined","detail":"Not now."})");
}

TEST_F(Decline, NeedsNoWords) {
  session_.Text(OfferText("a", 10));
  session_.Decline("a");
  EXPECT_EQ(session_.LastOf<SendText>()[0].text, R"({"type":"transfer-cancel","transferId":"a","reason":"declined"})");
}

TEST_F(Decline, SaysAsManyWholeCharactersAsFit) {
  session_.Text(OfferText("a", 10));
  std::string long_detail = "x";
  for (int i = 0; i < 200; ++i) long_detail += "\xC3\xA9";
  session_.Decline("a", long_detail);
  EXPECT_EQ(session_.LastOf<SendText>()[0].text, DeclinedText("a", long_detail.substr(0, 255)));
}

TEST_F(Decline, IsSaidOnce) {
  session_.Text(OfferText("a", 10));
  session_.Decline("a");
  EXPECT_THAT(session_.Decline("a"), IsEmpty());
}

TEST_F(Decline, OfWhatIsPulledOrUnknownDoesNothing) {
  EXPECT_THAT(session_.Decline("a"), IsEmpty());
  Ask(1, "a", 10);
  EXPECT_THAT(session_.Decline("a"), IsEmpty()) << "it waits";
  session_.Text(MetaText("a", 10));
  session_.Authorization(1);
  EXPECT_THAT(session_.Decline("a"), IsEmpty()) << "it runs";
  session_.Binary(10);
  EXPECT_THAT(session_.Decline("a"), IsEmpty()) << "it is being verified";
  EXPECT_THAT(session_.Digest(1, "a"), Contains("deliver 1"));
}

TEST_F(Decline, OfWhatIsBeingLookedUpDoesNothing) {
  session_.Text(OfferText("a", 10));
  EXPECT_THAT(session_.Pull(1, "a"), ElementsAre("find-partial 1 10"));
  EXPECT_THAT(session_.Decline("a"), IsEmpty());
  EXPECT_THAT(session_.Partial("a", 0), ElementsAre("send pull-request a"));
}

TEST_F(Decline, OfWhatWasWithdrawnDoesNothing) {
  session_.Text(OfferText("a", 10));
  session_.Text(wire::WriteOfferWithdraw(TransferId{"a"}));
  EXPECT_THAT(session_.Decline("a"), IsEmpty());
}

TEST_F(Decline, LeavesTheOfferBinding) {
  session_.Text(OfferText("a", 10));
  session_.Decline("a");
  session_.Pull(1, "a");
  session_.Partial("a", 0);
  EXPECT_THAT(session_.Text(MetaText("a", 11)), Contains("failed 1 offer-mismatch"));
}

TEST(DeclineTowardsOthers, SaysNothing) {
  SessionDriver peer(Polite());
  peer.Open();
  peer.Text(wire::WriteHello("them", wire::FeatureSet::All().Without(wire::Feature::kCancel), ByteCount::MiB(15)));
  peer.Text(OfferText("a", 10));
  EXPECT_THAT(peer.Decline("a", "Not now."), IsEmpty());
}

TEST(DeclineTowardsOthers, SaysNothingToAPeerOfTheClassicKind) {
  SessionDriver peer(Polite());
  peer.Open();
  peer.Text(OfferText("a", 10));
  EXPECT_THAT(peer.Decline("a", "Not now."), IsEmpty());
}

class DeclineAndLinks : public PoliteSession {
 protected:
  void Reconnect() {
    session_.Lost();
    session_.Open();
  }
};

TEST_F(DeclineAndLinks, WaitsForTheNextChannelWithItsWords) {
  session_.Text(OfferText("a", 10));
  session_.Lost();
  EXPECT_THAT(session_.Decline("a", "Not now."), IsEmpty());
  session_.Open();
  const std::string declined = DeclinedText("a", "Not now.");
  EXPECT_THAT(session_.LastOf<SendText>(), Contains(::testing::Field(&SendText::text, declined)));
}

TEST_F(DeclineAndLinks, IsSaidAgainOfAnOfferThatIsHeardAgain) {
  session_.Text(OfferText("a", 10));
  session_.Decline("a");
  Reconnect();
  EXPECT_THAT(session_.Text(OfferText("a", 10)), ElementsAre("send transfer-cancel a"))
      << "the peer has not heard it, and nobody here is asked again";
  EXPECT_EQ(session_.LastOf<SendText>()[0].text, DeclinedText("a"));
}

TEST_F(DeclineAndLinks, IsNotSaidAgainOfWhatIsPulledAfterAll) {
  session_.Text(OfferText("a", 10));
  session_.Decline("a");
  session_.Pull(1, "a");
  Reconnect();
  EXPECT_THAT(session_.Text(OfferText("a", 10)), IsEmpty());
}

TEST_F(DeclineAndLinks, DoesNotHoldForAnotherContentOfTheSameId) {
  session_.Text(OfferText("a", 10));
  session_.Decline("a");
  EXPECT_THAT(session_.Text(OfferText("a", 11)), ElementsAre("offer a"));
}

TEST(DeclineInAGroup, LetsTheNextPeersOfferBeAnnounced) {
  Group group;
  SessionDriver one(group, Member{1}, Polite());
  SessionDriver other(group, Member{2}, Polite());
  for (SessionDriver* session : {&one, &other}) session->Meet();
  EXPECT_THAT(one.Text(OfferText("a", 10)), ElementsAre("offer a"));
  EXPECT_THAT(other.Text(OfferText("a", 10)), IsEmpty());
  EXPECT_THAT(one.Decline("a"), ElementsAre("send transfer-cancel a"));
  EXPECT_EQ(group.PollWoken(), std::optional<Member>(Member{2}));
  EXPECT_THAT(other.Timeout(), ElementsAre("offer a"));
}

class PeerDeclines : public PoliteSession {
 protected:
  UploadEnded End() {
    const std::vector<UploadEnded> ends = session_.LastOf<UploadEnded>();
    EXPECT_THAT(ends, SizeIs(1));
    return ends.empty() ? UploadEnded{} : ends[0];
  }
};

TEST_F(PeerDeclines, AnOffer) {
  session_.Offer(1, "a", 10);
  EXPECT_THAT(session_.Text(DeclinedText("a", "Not now.")), ElementsAre("upload 1 aborted-by-peer"));
  EXPECT_EQ(End().peer_reason, Reason::kDeclined);
  EXPECT_EQ(End().peer_detail, "Not now.");
  EXPECT_THAT(session_.Text(PullText("a")), IsEmpty());
}

TEST_F(PeerDeclines, WithMoreWordsThanItMaySay) {
  session_.Offer(1, "a", 10);
  session_.Text(wire::WriteTransferCancel(TransferId{"a"}, "declined", std::string(257, 'x'), 257));
  EXPECT_EQ(End().peer_reason, Reason::kDeclined);
  EXPECT_EQ(End().peer_detail, "");
}

TEST_F(PeerDeclines, AFileThatRunsAndItsWordsComeWithItsEnd) {
  session_.BeginUpload(1, "a", 3'000'000);
  session_.BlockReady(1);
  session_.Text(DeclinedText("a", "Enough."));
  EXPECT_EQ(End().peer_detail, "Enough.");
}

TEST(PeerDeclinesWithoutRoom, AFileWhoseEndComesWithTheLossOfTheChannel) {
  Options options = Polite();
  options.limits.max_outbox = ByteCount(1);
  SessionDriver peer(options);
  peer.Meet();
  peer.BeginUpload(1, "a", 3'000'000);
  peer.BlockReady(1);
  peer.Buffered(ByteCount::MiB(16).value());
  peer.session().SendPing(peer.now());
  EXPECT_THAT(peer.Text(DeclinedText("a", "Enough.")), IsEmpty()) << "there is no room to tell its end";
  EXPECT_THAT(peer.Lost(), Contains("upload 1 aborted-by-peer"));
  EXPECT_EQ(peer.LastOf<UploadEnded>()[0].peer_detail, "Enough.");
}

}  // namespace
}  // namespace peer_session::testing
