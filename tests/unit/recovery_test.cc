// A channel that is lost, and the next one: what was under way goes on, or ends once, within its bound.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/polite_session.h"
#include "support/session_driver.h"
#include "support/transitions.h"
#include "wire/write.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::SizeIs;

class Recovery : public PoliteSession {};

TEST_F(Recovery, SuspendsWhatRunsAndWhatWaits) {
  Ask(1, "a", 100);
  Ask(2, "b", 10);
  session_.Text(MetaText("a", 100));
  session_.Authorization(1);
  session_.Binary(40);
  EXPECT_THAT(session_.Lost(), ElementsAre("interrupted"));
  EXPECT_THAT(session_.Pass(Duration::Seconds(50)), IsEmpty()) << "neither stalled nor timed out";
  EXPECT_THAT(session_.Open(),
              ElementsAre("send hello", "resumed", "send pull-request a from 40", "send pull-request b"));
  session_.Text(wire::WriteMeta(FileOf("a", 100), {}, ByteCount(40)));
  session_.Authorization(1);
  EXPECT_THAT(session_.Binary(60), ElementsAre("store 1 40..100", "verify 1"));
}

TEST_F(Recovery, PutsWhatRanBeforeWhatWaited) {
  Ask(1, "a", 10);
  Ask(2, "b", 100);
  session_.Text(MetaText("b", 100));
  session_.Authorization(2);
  session_.Binary(40);
  session_.Lost();
  EXPECT_THAT(session_.Open(),
              ElementsAre("send hello", "resumed", "send pull-request b from 40", "send pull-request a"));
}

TEST_F(Recovery, ThatDoesNotComeEndsAllOnceWithinItsBound) {
  Ask(1, "a", 100);
  Ask(2, "b", 10);
  session_.BeginUpload(3, "c", 10);
  session_.Text(MetaText("a", 100));
  session_.Authorization(1);
  session_.Binary(40);
  session_.Lost();
  EXPECT_THAT(session_.Pass(Duration::Millis(59'900)), IsEmpty());
  EXPECT_THAT(session_.Pass(Duration::Millis(200)), ElementsAre("upload 3 channel-error", "failed 1 channel-error",
                                                                "failed 2 channel-error", "closed channel-error"));
  EXPECT_EQ(session_.MillisToDeadline(), -1);
}

TEST_F(Recovery, KeepsWhatHasArrivedWhenItDoesNotCome) {
  Ask(1, "a", 100);
  session_.Text(MetaText("a", 100));
  session_.Authorization(1);
  session_.Binary(40);
  session_.Lost();
  session_.Close();
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].kept, ByteCount(40));
}

TEST_F(Recovery, IsOfNoUseTowardsAPeerThatDoesNotResume) {
  SessionDriver session(Polite());
  session.Open();
  session.Pull(1, "a");
  EXPECT_THAT(session.Lost(), ElementsAre("failed 1 channel-error", "closed channel-error"));
}

TEST_F(Recovery, IsNotTriedAfterABye) {
  session_.Text(R"({"type":"bye"})");
  EXPECT_THAT(session_.Lost(), IsEmpty());
}

TEST_F(Recovery, MayBeSwitchedOff) {
  Options options;
  options.timeouts.recovery = Duration();
  SessionDriver session(Polite(options));
  session.Meet();
  session.Pull(1, "a");
  EXPECT_THAT(session.Lost(Reason::kClosed), ElementsAre("failed 1 closed", "closed closed"));
}

TEST_F(Recovery, EndsWhenThePeerIsAnotherOne) {
  Ask(1, "a", 100);
  session_.Lost();
  session_.Open();
  EXPECT_THAT(session_.Text(HelloText("somebody else")),
              ElementsAre("report peer-replaced", "failed 1 peer-replaced", "closed peer-replaced"));
}

TEST_F(Recovery, MayBeInterruptedAgainAndAgain) {
  Ask(1, "a", 100);
  session_.BeginUpload(2, "b", 100);
  for (int time = 0; time < 3; ++time) {
    session_.Lost();
    session_.Pass(Duration::Seconds(30));
    EXPECT_THAT(session_.Open(), Contains("send pull-request a"));
    session_.Text(HelloText());
    EXPECT_THAT(session_.Pass(Duration::Seconds(10)), IsEmpty());
    EXPECT_EQ(session_.stats().unconfirmed_uploads, 1U);
  }
}

TEST_F(Recovery, TakesPullsMeanwhile) {
  session_.Text(OfferText("a", 100));
  session_.Lost();
  EXPECT_THAT(session_.Pull(1, "a"), ElementsAre("find-partial 1 100"));
  EXPECT_THAT(session_.Partial("a", 30), IsEmpty());
  EXPECT_THAT(session_.Open(), Contains("send pull-request a from 30"));
}

TEST_F(Recovery, TakesNoPullsWhenNoChannelWillCome) {
  Ask(1, "a", 10);
  session_.Text(MetaText("a", 10));
  session_.Authorization(1);
  session_.Binary(10);
  session_.ChannelClosed();
  EXPECT_THAT(session_.Pull(2, "b"), ElementsAre("failed 2 not-open")) << "only the verdict on the first is awaited";
  EXPECT_THAT(session_.Digest(1, "a"), ElementsAre("deliver 1", "closed closed"));
}

TEST_F(Recovery, MakesNoOffersMeanwhile) {
  session_.Lost();
  EXPECT_THAT(session_.Offer(1, "a", 10), ElementsAre("upload 1 not-open"));
}

TEST_F(Recovery, LetsASuspendedPullBeCancelled) {
  Ask(1, "a", 100);
  session_.Lost();
  EXPECT_THAT(session_.CancelPull("a"), ElementsAre("failed 1 cancelled"));
  EXPECT_THAT(session_.Open(), ElementsAre("send hello", "resumed", "send transfer-cancel a"));
  session_.Lost();
  EXPECT_THAT(session_.Open(), ElementsAre("send hello", "resumed")) << "it is told";
}

TEST_F(Recovery, GivesASuspendedPullItsTimeAnew) {
  Ask(1, "a", 100);
  session_.Pass(Duration::Seconds(14));
  session_.Lost();
  session_.Pass(Duration::Seconds(20));
  session_.Open();
  EXPECT_THAT(session_.Pass(Duration::Millis(14'900)), IsEmpty());
  EXPECT_THAT(session_.Pass(Duration::Millis(200)), Contains("failed 1 pull-timeout"));
}

TEST_F(Recovery, LetsWhatIsWholeBeVerifiedMeanwhile) {
  Ask(1, "a", 10);
  session_.Text(MetaText("a", 10));
  session_.Authorization(1);
  session_.Binary(10);
  session_.Lost();
  EXPECT_THAT(session_.Digest(1, "a"), ElementsAre("deliver 1"));
  EXPECT_THAT(session_.Open(), ElementsAre("send hello", "resumed", "send transfer-done a"));
}

TEST_F(Recovery, ConfirmsOnceMoreWhatItConfirmedLately) {
  Ask(1, "a", 10);
  session_.Text(MetaText("a", 10));
  session_.Authorization(1);
  session_.Binary(10);
  session_.Digest(1, "a");
  session_.Lost();
  EXPECT_THAT(session_.Open(), Contains("send transfer-done a"));
  session_.Pass(Duration::Seconds(61));
  session_.Lost();
  EXPECT_THAT(session_.Open(), Not(Contains("send transfer-done a")));
}

TEST_F(Recovery, ConfirmsOnceMoreNoMoreThanWasOnItsWayAtOnce) {
  for (std::uint32_t key = 1; key <= 65; ++key) {
    const std::string id = std::to_string(key);
    Ask(key, id, 10);
    session_.Text(MetaText(id, 10));
    session_.Authorization(key);
    session_.Binary(10);
    session_.Digest(key, id);
  }
  session_.Lost();
  const Lines lines = session_.Open();
  EXPECT_THAT(lines, SizeIs(2 + 64)) << "hello, resumed and the receipts";
  EXPECT_THAT(lines, Not(Contains("send transfer-done 1")));
  EXPECT_THAT(lines, Contains("send transfer-done 65"));
}

TEST_F(Recovery, FetchesWrongContentOnceMoreFromTheNextChannel) {
  Ask(1, "a", 100, 100);
  session_.Text(wire::WriteMeta(FileOf("a", 100), {}, ByteCount(100)));
  session_.Authorization(1);
  session_.Lost();
  EXPECT_THAT(session_.Digest(1, "b"), ElementsAre("discard-partial 1"));
  EXPECT_THAT(session_.Open(), ElementsAre("send hello", "resumed", "send pull-request a"));
}

TEST_F(Recovery, FetchesWrongContentOnceMoreWhateverIsResumedOfIt) {
  Ask(1, "a", 100, 100);
  session_.Text(wire::WriteMeta(FileOf("a", 100), {}, ByteCount(100)));
  session_.Authorization(1);
  session_.Digest(1, "b");
  session_.Text(MetaText("a", 100));
  session_.Authorization(1);
  session_.Binary(40);
  session_.Lost();
  EXPECT_THAT(session_.Open(), Contains("send pull-request a from 40"));
  session_.Text(wire::WriteMeta(FileOf("a", 100), {}, ByteCount(40)));
  session_.Authorization(1);
  session_.Binary(60);
  EXPECT_THAT(session_.Digest(1, "b"), ElementsAre("send transfer-cancel a", "failed 1 hash-mismatch"));
}

TEST_F(Recovery, LetsThePeerPullAgainWhatItHadPulled) {
  session_.BeginUpload(1, "running", 3'000'000);
  session_.BeginUpload(2, "queued", 10);
  session_.BlockReady(1);
  session_.Lost();
  EXPECT_EQ(session_.stats().queued_uploads, 0U);
  EXPECT_EQ(session_.stats().unconfirmed_uploads, 2U);
  EXPECT_THAT(session_.BlockReady(2), IsEmpty()) << "of the pull before";
  session_.Open();
  EXPECT_THAT(session_.Text(PullFrom("running", 16'384)), ElementsAre("read 1 16384..3000000"));
  EXPECT_TRUE(session_.LastOf<ReadBlock>()[0].is_first);
  EXPECT_THAT(session_.Text(PullText("queued")), ElementsAre("read 2 0..10"));
  EXPECT_THAT(session_.BlockReady(1), Contains("send meta running from 16384"));
}

TEST_F(Recovery, TakesNoAnswerToAReadOfThePullBefore) {
  session_.BeginUpload(1, "a", 3'000'000);
  const std::uint32_t before = session_.LastOf<ReadBlock>()[0].number;
  session_.Lost();
  session_.Open();
  session_.Text(PullFrom("a", 16'384));
  const std::uint32_t last = session_.LastOf<ReadBlock>()[0].number;
  session_.session().HandleBlockReady(session_.now(), Key(1), ByteCount(117), before);
  EXPECT_THAT(session_.Drain(), IsEmpty());
  session_.session().HandleBlockFailed(session_.now(), Key(1), Reason::kFileChanged, before);
  EXPECT_THAT(session_.Drain(), IsEmpty());
  session_.session().HandleBlockReady(session_.now(), Key(1), ByteCount(117), last);
  EXPECT_THAT(session_.Drain(), IsSupersetOf({"send meta a from 16384", "bytes 1 16384..16501 by 16384"}));
}

TEST_F(Recovery, EndsAnUploadThatIsNotPulledAgain) {
  session_.BeginUpload(1, "queued", 10);
  session_.BeginUpload(2, "sent", 10);
  session_.BlockReady(1);
  session_.Buffered(0);
  session_.BlockReady(2);
  session_.Lost();
  session_.Open();
  EXPECT_THAT(session_.Pass(Duration::Millis(59'900)), IsEmpty());
  EXPECT_THAT(session_.Pass(Duration::Millis(200)), ElementsAre("upload 1 done", "upload 2 channel-error"))
      << "the first had left the channel, the second perhaps not";
}

TEST_F(Recovery, TakesAReceiptFromBefore) {
  session_.BeginUpload(1, "a", 10);
  session_.BlockReady(1);
  session_.Lost();
  session_.Open();
  EXPECT_THAT(session_.Text(wire::WriteTransferDone(TransferId{"a"})), ElementsAre("upload 1 delivered"));
}

TEST_F(Recovery, TakesACancelOfASuspendedUpload) {
  session_.BeginUpload(1, "a", 10);
  session_.Lost();
  session_.Open();
  EXPECT_THAT(session_.Text(wire::WriteTransferCancel(TransferId{"a"}, "cancelled")),
              ElementsAre("upload 1 aborted-by-peer"));
}

TEST_F(Recovery, LetsASuspendedUploadBeWithdrawn) {
  session_.BeginUpload(1, "a", 10);
  session_.Lost();
  EXPECT_THAT(session_.Withdraw("a"), ElementsAre("upload 1 withdrawn"));
  EXPECT_THAT(session_.Open(), ElementsAre("send hello", "resumed", "send offer-withdraw a"));
  EXPECT_THAT(session_.Text(PullText("a")), IsEmpty());
}

TEST_F(Recovery, TellsOnTheNextChannelOfAnOfferThatIsTakenBack) {
  session_.Offer(1, "a", 10);
  session_.Lost();
  EXPECT_THAT(session_.Withdraw("a"), ElementsAre("upload 1 withdrawn"));
  EXPECT_THAT(session_.Open(), ElementsAre("send hello", "resumed", "send offer-withdraw a"));
}

TEST_F(Recovery, TellsNobodyOfWhatIsGivenUpWhenNoOtherChannelComes) {
  Ask(1, "a", 100);
  session_.Lost();
  session_.CancelPull("a");
  EXPECT_THAT(session_.Close(), ElementsAre("closed closed"));
}

TEST_F(Recovery, EndsAFileWhoseFailureWasNotToldYet) {
  session_.BeginUpload(1, "a", 100'000);
  session_.BeginUpload(2, "b", 10);
  session_.BlockFailed(2);
  EXPECT_THAT(session_.Lost(), ElementsAre("upload 2 unreadable", "interrupted"));
}

TEST_F(Recovery, HandsNothingToAChannelThatIsGone) {
  session_.BeginUpload(1, "a", 3'000'000);
  session_.Buffered(ByteCount::MiB(1).value());
  session_.BlockReady(1);
  EXPECT_THAT(session_.Lost(Reason::kChannelError, ByteCount()), ElementsAre("interrupted"));
}

TEST_F(Recovery, OffersOnceMoreWhatMayHaveBeenLost) {
  session_.Offer(1, "old", 10);
  session_.Buffered(0);
  session_.Pass(Duration::Seconds(10));
  session_.Text(R"({"type":"pong"})");
  session_.Pass(Duration::Seconds(2));
  session_.Offer(2, "new", 10);
  session_.Lost();
  EXPECT_THAT(session_.Open(), ElementsAre("send hello", "resumed", "send offer-file new"));
}

TEST_F(Recovery, OffersOnceMoreWhatHadNotLeftTheChannel) {
  session_.Offer(1, "a", 10);
  session_.Pass(Duration::Seconds(20));
  session_.Text(R"({"type":"pong"})");
  session_.Lost();
  EXPECT_THAT(session_.Open(), Contains("send offer-file a")) << "however much was heard meanwhile";
}

TEST_F(Recovery, OffersOnceMoreWhatHadJustLeftTheChannel) {
  session_.Offer(1, "a", 10);
  session_.Buffered(0);
  session_.Pass(Duration::Seconds(4));
  session_.Text(R"({"type":"pong"})");
  session_.Lost();
  EXPECT_THAT(session_.Open(), Contains("send offer-file a")) << "what was heard may be older";
}

TEST_F(Recovery, OffersOnceMoreWhatMayHaveBeenLostTwice) {
  session_.Offer(1, "a", 10);
  session_.Lost();
  session_.Pass(Duration::Seconds(6));
  EXPECT_THAT(session_.Meet(), Contains("send offer-file a"));
  session_.Lost();
  EXPECT_THAT(session_.Open(), Contains("send offer-file a")) << "the second one was on its way, too";
}

TEST_F(Recovery, LeavesNothingDrainedMeanwhile) {
  session_.Buffered(0);
  session_.Offer(1, "a", 10);
  EXPECT_THAT(session_.AwaitDrained(), ElementsAre("await-low 0"));
  EXPECT_THAT(session_.Lost(), ElementsAre("interrupted")) << "the offer was in the channel";
  EXPECT_THAT(session_.AwaitDrained(), IsEmpty());
  EXPECT_THAT(session_.Open(), Contains("send offer-file a"));
  EXPECT_THAT(session_.Buffered(0), ElementsAre("drained"));
}

TEST_F(Recovery, HearsAnOfferOnce) {
  EXPECT_THAT(session_.Text(OfferText("a", 10)), ElementsAre("offer a"));
  session_.Lost();
  session_.Open();
  EXPECT_THAT(session_.Text(OfferText("a", 10)), IsEmpty());
}

TEST_F(Recovery, HearsAnOfferOfAnotherContentUnderTheSameId) {
  session_.Text(OfferText("a", 10));
  EXPECT_THAT(session_.Text(OfferText("a", 20)), ElementsAre("offer a")) << "what is pulled is what was heard of last";
  EXPECT_THAT(session_.Text(OfferText("a", 20)), IsEmpty());
}

TEST_F(Recovery, TakesNothingFromAChannelThatIsGone) {
  session_.Offer(1, "a", 10);
  session_.Lost();
  EXPECT_THAT(session_.Text(PullText("a")), IsEmpty());
  EXPECT_THAT(session_.Text(OfferText("b", 10)), IsEmpty());
  EXPECT_THAT(session_.Binary(10), ElementsAre("drop"));
  EXPECT_THAT(session_.Buffered(0), IsEmpty());
  EXPECT_THAT(session_.Lost(), IsEmpty());
}

TEST_F(Recovery, ClosesWhileThereIsNoChannel) {
  Ask(1, "a", 100);
  session_.Lost();
  EXPECT_THAT(session_.Close(), ElementsAre("failed 1 closed", "closed closed"));
}

TEST_F(Recovery, LetsAnotherSourceGoOnWithASuspendedPull) {
  Group group;
  Options options = Polite();
  Session lost(options, &group, Member{1});
  Session other(options, &group, Member{2});
  Timestamp now = Timestamp::FromMicros(1'000'000);
  const auto texts = [](Session& session) {
    Lines lines;
    while (std::optional<Action> action = session.PollAction()) {
      if (const auto* ended = std::get_if<DownloadEnded>(&*action)) {
        lines.push_back("ended keeping " + std::to_string(ended->kept.value()));
      }
      if (const auto* offer = std::get_if<OfferReceived>(&*action)) lines.push_back("offer " + offer->file.id.value);
    }
    return lines;
  };
  const auto offer = [](const std::string& id) {
    FileInfo file = FileOf(id, 100);
    file.hash = HashOf("content");
    return file;
  };
  for (Session* session : {&lost, &other}) {
    session->HandleOpen(now, ByteCount::KiB(64));
    session->HandleText(now, HelloText(session == &lost ? "one" : "two"));
  }
  lost.HandleText(now, wire::WriteOfferFile(offer("a")));
  lost.Pull(now, Key(1), TransferId{"a"});
  lost.HandlePartial(now, TransferId{"a"}, ByteCount());
  other.HandleText(now, wire::WriteOfferFile(offer("b")));
  lost.HandleText(now, wire::WriteMeta(offer("a"), {}));
  lost.HandleAuthorization(now, Key(1), true);
  lost.HandleBinary(now, ByteCount(40));
  lost.HandleLost(now, Reason::kChannelError);
  texts(lost);
  EXPECT_THAT(texts(other), IsEmpty());
  Lines of_lost;
  for (int step = 0; step < 40 && of_lost.empty(); ++step) {
    now = now + Duration::Millis(500);
    for (Session* session : {&lost, &other}) session->HandleTimeout(now);
    of_lost = texts(lost);
  }
  EXPECT_THAT(of_lost, ElementsAre("ended keeping 40"));
  EXPECT_THAT(texts(other), ElementsAre("offer b"));
  NoteTransitions(lost.stats());
}

}  // namespace
}  // namespace peer_session::testing
