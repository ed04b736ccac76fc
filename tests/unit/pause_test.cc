// A pull that is set aside and taken up again: on both sides, at any moment, over a lost channel.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "support/polite_session.h"
#include "support/session_driver.h"
#include "wire/features.h"
#include "wire/write.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

std::string PauseText(const std::string& id) { return wire::WriteTransferPause(TransferId{id}); }
std::string PausedText(const std::string& id) { return wire::WritePausedAbort(TransferId{id}); }
std::string MetaFrom(const std::string& id, std::int64_t size, std::int64_t offset) {
  return wire::WriteMeta(FileOf(id, size), {}, ByteCount(offset));
}

class PauseBase : public PoliteSession {
 protected:
  static Lines Pause(SessionDriver& session, const std::string& id) {
    session.session().PausePull(session.now(), TransferId{id});
    return session.Drain();
  }
  static Lines Resume(SessionDriver& session, const std::string& id) {
    session.session().ResumePull(session.now(), TransferId{id});
    return session.Drain();
  }
  Lines Pause(const std::string& id) { return Pause(session_, id); }
  Lines Resume(const std::string& id) { return Resume(session_, id); }
};

class PausePull : public PauseBase {
 protected:
  // 40 of its 100 bytes are here.
  void BeginA() {
    Ask(1, "a", 100);
    session_.Text(MetaText("a", 100));
    session_.Authorization(1);
    session_.Binary(40);
  }
  void PauseA() {
    BeginA();
    Pause("a");
    session_.Text(PausedText("a"));
  }
  // After it was resumed.
  void ExpectRestOfA() {
    session_.Text(MetaFrom("a", 100, 40));
    session_.Authorization(1);
    EXPECT_THAT(session_.Binary(60), ElementsAre("store 1 40..100", "verify 1"));
    EXPECT_THAT(session_.Digest(1, "a"), ElementsAre("send transfer-done a", "deliver 1"));
  }
};

TEST_F(PausePull, StopsAFileThatRunsAndGoesOnAtItsByte) {
  BeginA();
  EXPECT_THAT(Pause("a"), ElementsAre("send transfer-pause a"));
  EXPECT_THAT(session_.Text(PausedText("a")), ElementsAre("paused 1"));
  EXPECT_EQ(session_.stats().held_pulls, 1U);
  EXPECT_THAT(session_.Pass(Duration::Minutes(120)), IsEmpty()) << "nothing is waited for";
  EXPECT_EQ(session_.MillisToDeadline(), -1);
  EXPECT_THAT(Resume("a"), ElementsAre("unpaused 1", "send pull-request a from 40"));
  ExpectRestOfA();
}

TEST_F(PausePull, TakesWhatComesBeforeTheAnswer) {
  BeginA();
  Pause("a");
  EXPECT_THAT(session_.Binary(20), ElementsAre("store 1 40..60"));
  session_.Text(PausedText("a"));
  EXPECT_THAT(Resume("a"), ElementsAre("unpaused 1", "send pull-request a from 60"));
}

TEST_F(PausePull, IsOfNoUseForAFileThatComesWhole) {
  BeginA();
  Pause("a");
  EXPECT_THAT(session_.Binary(60), ElementsAre("store 1 40..100", "verify 1"));
  EXPECT_THAT(Pause("a"), IsEmpty());
  EXPECT_THAT(Resume("a"), IsEmpty());
  EXPECT_THAT(session_.Text(PausedText("a")), IsEmpty());
  EXPECT_THAT(session_.Digest(1, "a"), ElementsAre("send transfer-done a", "deliver 1"));
}

TEST_F(PausePull, StopsAFileThatHasNotBegun) {
  Ask(1, "a", 100);
  EXPECT_THAT(Pause("a"), ElementsAre("send transfer-pause a"));
  EXPECT_THAT(Pause("a"), IsEmpty()) << "said once";
  EXPECT_THAT(session_.Text(PausedText("a")), ElementsAre("paused 1"));
  EXPECT_THAT(Resume("a"), ElementsAre("unpaused 1", "send pull-request a")) << "nothing is looked up again";
}

TEST_F(PausePull, StopsAFileWhoseBeginningCrossedIt) {
  Ask(1, "a", 100);
  Pause("a");
  session_.Text(MetaText("a", 100));
  session_.Authorization(1);
  session_.Binary(40);
  EXPECT_THAT(session_.Text(PausedText("a")), ElementsAre("paused 1"));
  EXPECT_THAT(Resume("a"), ElementsAre("unpaused 1", "send pull-request a from 40"));
}

TEST_F(PausePull, ThatIsTakenBackBeforeTheAnswerGoesOnAfterIt) {
  BeginA();
  Pause("a");
  EXPECT_THAT(Resume("a"), IsEmpty());
  EXPECT_THAT(session_.Text(PausedText("a")), ElementsAre("paused 1", "unpaused 1", "send pull-request a from 40"));
  ExpectRestOfA();
}

TEST_F(PausePull, OfOneThatWaitsMayBeTakenBackTwice) {
  Ask(1, "a", 100);
  Pause("a");
  Resume("a");
  EXPECT_THAT(Pause("a"), IsEmpty()) << "the peer has not answered the first one";
  EXPECT_THAT(session_.Text(PausedText("a")), ElementsAre("paused 1"));
}

TEST_F(PausePull, ThatThePeerDoesNotAnswerLeavesTheDeadlines) {
  BeginA();
  Pause("a");
  EXPECT_THAT(session_.Pass(Duration::Seconds(30)), Contains("failed 1 stalled"));
}

TEST_F(PausePull, ThatNobodyAskedForIsAnAbort) {
  BeginA();
  EXPECT_THAT(session_.Text(PausedText("a")), ElementsAre("failed 1 aborted-by-peer"));
  Ask(2, "b", 10);
  EXPECT_THAT(session_.Text(PausedText("b")), ElementsAre("failed 2 aborted-by-peer"));
}

TEST_F(PausePull, OfWhatIsLookedUpWaitsForThat) {
  session_.Text(OfferText("a", 100));
  session_.Pull(1, "a");
  EXPECT_THAT(Pause("a"), IsEmpty());
  EXPECT_THAT(session_.Partial("a", 30), ElementsAre("paused 1"));
  EXPECT_THAT(Resume("a"), ElementsAre("unpaused 1", "send pull-request a from 30"));
}

TEST_F(PausePull, OfWhatIsLookedUpMayBeTakenBack) {
  session_.Text(OfferText("a", 100));
  session_.Pull(1, "a");
  Pause("a");
  Resume("a");
  EXPECT_THAT(session_.Partial("a", 0), ElementsAre("send pull-request a"));
}

TEST_F(PausePull, LetsTheNextFileGoOn) {
  BeginA();
  Ask(2, "b", 10);
  Pause("a");
  session_.Text(PausedText("a"));
  session_.Text(MetaText("b", 10));
  session_.Authorization(2);
  EXPECT_THAT(session_.Binary(10), ElementsAre("store 2 0..10", "verify 2"));
}

TEST_F(PausePull, EndsWhenItIsCancelled) {
  PauseA();
  EXPECT_THAT(session_.CancelPull("a"), ElementsAre("send transfer-cancel a", "failed 1 cancelled"));
  EXPECT_THAT(Resume("a"), IsEmpty());
}

TEST_F(PausePull, EndsWithItsOffer) {
  PauseA();
  EXPECT_THAT(session_.Text(wire::WriteOfferWithdraw(TransferId{"a"})),
              ElementsAre("failed 1 aborted-by-peer", "withdrawn a"));
}

TEST_F(PausePull, EndsWithTheSessionAndKeepsWhatIsHere) {
  PauseA();
  EXPECT_THAT(session_.Close(), ElementsAre("send bye", "failed 1 closed", "closed closed"));
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].kept, ByteCount(40));
}

TEST_F(PausePull, IsNotPulledTwice) {
  PauseA();
  EXPECT_FALSE(session_.session().Pull(session_.now(), Key(2), TransferId{"a"}));
}

TEST_F(PausePull, LastsOverALostChannel) {
  PauseA();
  session_.Lost();
  EXPECT_THAT(session_.Meet(), ElementsAre("send hello", "resumed", "send transfer-pause a"));
  EXPECT_THAT(Resume("a"), ElementsAre("unpaused 1", "send pull-request a from 40"));
  ExpectRestOfA();
}

TEST_F(PausePull, ThatWasNotAnsweredBeforeTheLossIsPaused) {
  BeginA();
  Ask(2, "b", 10);
  Pause("a");
  Pause("b");
  EXPECT_THAT(session_.Lost(), ElementsAre("paused 1", "paused 2", "interrupted"));
  EXPECT_THAT(session_.Meet(), ElementsAre("send hello", "resumed", "send transfer-pause a", "send transfer-pause b"));
}

TEST_F(PausePull, ThatWasTakenBackBeforeTheLossGoesOn) {
  BeginA();
  Pause("a");
  Resume("a");
  session_.Lost();
  EXPECT_THAT(session_.Meet(), ElementsAre("send hello", "resumed", "send pull-request a from 40"));
}

TEST_F(PausePull, WorksWithoutAChannel) {
  BeginA();
  session_.Lost();
  EXPECT_THAT(Pause("a"), ElementsAre("paused 1"));
  EXPECT_THAT(session_.Meet(), ElementsAre("send hello", "resumed", "send transfer-pause a"));
  session_.Lost();
  EXPECT_THAT(Resume("a"), ElementsAre("unpaused 1"));
  EXPECT_THAT(session_.Meet(), ElementsAre("send hello", "resumed", "send pull-request a from 40"));
}

TEST_F(PausePull, LetsItsSinkGoOn) {
  session_.Text(OfferText("a", 100));
  session_.PullInto(1, "a", 50);
  session_.Text(MetaText("a", 100));
  session_.Authorization(1);
  session_.Binary(40);
  Pause("a");
  session_.Text(PausedText("a"));
  EXPECT_THAT(session_.Pass(Duration::Minutes(1)), IsEmpty()) << "the sink has no deadline now";
  EXPECT_THAT(session_.Stored("a", 40), IsEmpty());
  EXPECT_THAT(Resume("a"), ElementsAre("unpaused 1", "send pull-request a from 40 to 90"));
}

TEST_F(PausePull, EndsWhenItsSinkFails) {
  session_.Text(OfferText("a", 100));
  session_.PullInto(1, "a", 50);
  session_.Text(MetaText("a", 100));
  session_.Authorization(1);
  session_.Binary(40);
  Pause("a");
  session_.Text(PausedText("a"));
  EXPECT_THAT(session_.SinkFailed("a"), ElementsAre("send transfer-cancel a", "failed 1 store-failed"));
}

TEST_F(PausePull, OfAPeerThatDoesNotUnderstandItDoesNothing) {
  SessionDriver session(Polite());
  session.Open();
  session.Text(wire::WriteHello("them", wire::FeatureSet::All().Without(wire::Feature::kPause), ByteCount::MiB(15)));
  session.Pull(1, "a");
  EXPECT_THAT(Pause(session, "a"), IsEmpty());
  session.Text(MetaText("a", 10));
  session.Authorization(1);
  EXPECT_THAT(Pause(session, "a"), IsEmpty());
  EXPECT_THAT(session.Binary(10), ElementsAre("store 1 0..10", "verify 1"));
}

TEST_F(PausePull, OfWhatIsHeldNeedsNoPeer) {
  Options options;
  options.pacing.pulls_ahead = ByteCount(100);
  SessionDriver session(WideWindow(options));
  session.Open();
  session.Pull(1, "a");
  session.Pull(2, "b");
  session.Pull(3, "c");
  EXPECT_THAT(Pause(session, "b"), ElementsAre("paused 2"));
  session.session().SetPriority(session.now(), TransferId{"b"}, 1);
  EXPECT_THAT(session.CancelPull("a"), ElementsAre("failed 1 cancelled", "send pull-request c"));
  EXPECT_THAT(session.CancelPull("c"), ElementsAre("failed 3 cancelled")) << "b is paused";
  EXPECT_THAT(Resume(session, "b"), ElementsAre("unpaused 2", "send pull-request b"));
}

TEST_F(PausePull, TakesItsPlaceAgainByPriorityAndAge) {
  Options options = Polite();
  options.pacing.pulls_ahead = ByteCount(100);
  SessionDriver session(options);
  session.Meet();
  session.Pull(1, "a");
  session.Pull(2, "b");
  session.Pull(3, "c");
  Pause(session, "b");
  EXPECT_THAT(Resume(session, "b"), ElementsAre("unpaused 2"));
  Pause(session, "a");
  EXPECT_THAT(session.Text(PausedText("a")), ElementsAre("paused 1", "send pull-request b"));
  EXPECT_THAT(Resume(session, "a"), ElementsAre("unpaused 1"));
  session.Lost();
  EXPECT_THAT(session.Meet(), ElementsAre("send hello", "resumed", "send transfer-pause a", "send pull-request b"))
      << "the peer keeps what is held after it was asked for";
  EXPECT_THAT(session.CancelPull("b"),
              ElementsAre("send transfer-cancel b", "failed 2 cancelled", "send pull-request a"));
}

TEST_F(PausePull, CountsAmongThePulls) {
  Options options = Polite();
  options.limits.max_pulls = 1;
  SessionDriver session(options);
  session.Meet();
  session.Pull(1, "a");
  Pause(session, "a");
  session.Text(PausedText("a"));
  EXPECT_THAT(session.Pull(2, "b"), ElementsAre("failed 2 too-many-pulls"));
}

class PausedUpload : public PauseBase {
 protected:
  PausedUpload() : narrow_(Narrow()) { narrow_.Meet(); }

  static Options Narrow() {
    Options options = Polite();
    options.pacing.high_water = ByteCount(20'000);
    return options;
  }
  // As much as the window has room for is handed over.
  void BeginA() {
    narrow_.BeginUpload(1, "a", 50'000);
    narrow_.BlockReady(1);
    narrow_.Buffered(16'384);
  }

  SessionDriver narrow_;
};

TEST_F(PausedUpload, StopsInTheMiddleAndGoesOnFromThere) {
  BeginA();
  EXPECT_THAT(narrow_.Text(PauseText("a")), ElementsAre("send transfer-abort a", "upload-paused 1"));
  EXPECT_THAT(narrow_.Buffered(0), Not(Contains(::testing::StartsWith("bytes"))));
  EXPECT_EQ(narrow_.stats().unconfirmed_uploads, 1U);
  EXPECT_THAT(narrow_.Text(PullFrom("a", 20'000)), ElementsAre("read 1 20000..50000"));
  EXPECT_THAT(narrow_.BlockReady(1), Contains("send meta a from 20000"));
}

TEST_F(PausedUpload, ThatWaitsIsTakenOutOfTheQueue) {
  BeginA();
  narrow_.BeginUpload(2, "b", 10);
  EXPECT_THAT(narrow_.Text(PauseText("b")), ElementsAre("send transfer-abort b", "upload-paused 2"));
  EXPECT_EQ(narrow_.stats().queued_uploads, 1U);
  EXPECT_THAT(narrow_.Text(PullText("b")), ElementsAre("read 2 0..10"));
  EXPECT_EQ(narrow_.stats().queued_uploads, 2U);
}

TEST_F(PausedUpload, MayBePulledAgainMoreThanOnce) {
  BeginA();
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(narrow_.Text(PauseText("a")), Contains("upload-paused 1"));
    EXPECT_THAT(narrow_.Text(PullFrom("a", 10)), Contains("read 1 10..50000"));
  }
}

TEST_F(PausedUpload, IsPulledAThousandTimesAndNoMore) {
  BeginA();
  int pulls = 0;
  while (pulls < 5000 && !narrow_.Text(PauseText("a")).empty() && !narrow_.Text(PullFrom("a", 10)).empty()) ++pulls;
  EXPECT_EQ(pulls, 1025);
}

TEST_F(PausedUpload, ThatIsWholeInTheChannelIsNotStopped) {
  narrow_.BeginUpload(1, "a", 10);
  narrow_.BlockReady(1);
  EXPECT_THAT(narrow_.Text(PauseText("a")), IsEmpty());
  narrow_.Buffered(0);
  EXPECT_THAT(narrow_.Text(PauseText("a")), IsEmpty()) << "nor when it has left it";
  EXPECT_THAT(narrow_.Text(wire::WriteTransferDone(TransferId{"a"})), ElementsAre("upload 1 delivered"));
  EXPECT_THAT(narrow_.Text(PauseText("a")), IsEmpty()) << "nor when it is over";
}

TEST_F(PausedUpload, EndsAfterADayAndThePeerHearsOfIt) {
  BeginA();
  narrow_.Text(PauseText("a"));
  EXPECT_EQ(narrow_.MillisToDeadline(), 24 * 3600 * 1000);
  EXPECT_THAT(narrow_.Pass(Duration::Minutes(24 * 60)), ElementsAre("send offer-withdraw a", "upload 1 offer-expired"));
}

TEST_F(PausedUpload, MakesRoomWhenThereAreTooMany) {
  Options options = Polite();
  options.limits.max_offers = 1;
  SessionDriver session(options);
  session.Meet();
  session.BeginUpload(1, "a", 10);
  session.Text(PauseText("a"));
  session.BeginUpload(2, "b", 10);
  EXPECT_THAT(session.Text(PauseText("b")), ElementsAre("send transfer-abort b", "upload-paused 2",
                                                        "send offer-withdraw a", "upload 1 offer-evicted"));
}

TEST_F(PausedUpload, EndsWhenEitherSideDoesNotWantIt) {
  BeginA();
  narrow_.Text(PauseText("a"));
  EXPECT_THAT(narrow_.Withdraw("a"), ElementsAre("send offer-withdraw a", "upload 1 withdrawn"));
  narrow_.BeginUpload(2, "b", 10);
  narrow_.Text(PauseText("b"));
  EXPECT_THAT(narrow_.Text(wire::WriteTransferCancel(TransferId{"b"}, "cancelled")),
              ElementsAre("upload 2 aborted-by-peer"));
}

TEST_F(PausedUpload, EndsWithTheSession) {
  BeginA();
  narrow_.Text(PauseText("a"));
  EXPECT_THAT(narrow_.Close(), ElementsAre("send bye", "upload 1 closed", "closed closed"));
}

TEST_F(PausedUpload, IsNothingToWaitForAtTheEnd) {
  BeginA();
  narrow_.Text(PauseText("a"));
  narrow_.Buffered(0);
  EXPECT_THAT(narrow_.AwaitDrained(), ElementsAre("drained"));
}

TEST_F(PausedUpload, OutlivesALostChannelAndTheMinuteAfterIt) {
  BeginA();
  narrow_.Text(PauseText("a"));
  narrow_.BeginUpload(2, "b", 10);
  narrow_.Lost();
  narrow_.Meet();
  EXPECT_THAT(narrow_.Text(PauseText("a")), IsEmpty());
  EXPECT_THAT(narrow_.Text(PauseText("b")), IsEmpty()) << "paused without a channel, and nothing is to be answered";
  EXPECT_THAT(narrow_.Pass(Duration::Minutes(10)), IsEmpty());
  EXPECT_THAT(narrow_.Text(PullFrom("a", 7)), ElementsAre("read 1 7..50000"));
  EXPECT_THAT(narrow_.Text(PullText("b")), ElementsAre("read 2 0..10"));
  EXPECT_EQ(narrow_.stats().queued_uploads, 2U);
}

TEST_F(PausedUpload, OfASourceThatGivesAllOnceDoesNotGoOn) {
  session_.session().Offer(session_.now(), Key(1), FileOf("a", 100), /*once=*/true);
  session_.Text(PullText("a"));
  session_.Text(PauseText("a"));
  EXPECT_THAT(session_.Text(PullFrom("a", 50)), ElementsAre("send transfer-abort a", "upload 1 not-resumable"));
}

}  // namespace
}  // namespace peer_session::testing
