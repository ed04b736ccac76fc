// What two sessions say of themselves, and that nothing of it reaches a peer that says nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/session_driver.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(Hello, IsTheFirstMessageOnTheChannel) {
  SessionDriver session(Polite());
  EXPECT_THAT(session.Open(), ElementsAre("send hello", "connected"));
  EXPECT_EQ(
      session.LastOf<SendText>()[0].text,
      R"({"type":"hello","version":1,"epoch":"us","features":["cancel","receipt","resume","credit","ack","lanes","trailing-hash","pause"],)"
      R"("maxFileSize":15728640})");
}

TEST(Hello, OfThePeerIsHeardInSilence) {
  SessionDriver session(Polite());
  session.Open();
  EXPECT_THAT(session.Text(HelloText()), IsEmpty());
  EXPECT_EQ(session.stats().ignored_messages, 0U);
}

TEST(Hello, CountsOnceOnAChannel) {
  SessionDriver session(Polite());
  session.Meet("them");
  for (int i = 0; i < 1000; ++i) {
    EXPECT_THAT(session.Text(HelloText("another " + std::to_string(i))), IsEmpty());
  }
  EXPECT_EQ(session.stats().ignored_messages, 1000U);
}

TEST(Hello, AfterAnOfferAPullOrAFileComesTooLate) {
  for (const std::string& before : {OfferText("x", 5), PullText("x"), MetaText("x", 5)}) {
    SessionDriver session(Polite());
    session.Open();
    session.Text(before);
    session.Text(HelloText());
    session.Text(OfferText("a", 5));
    EXPECT_THAT(session.Pull(1, "a"), ElementsAre("send pull-request a")) << before;
  }
}

TEST(Hello, AfterAPingIsInTime) {
  SessionDriver session(Polite());
  session.Open();
  session.Text(R"({"type":"ping"})");
  session.Text(HelloText());
  session.Text(OfferText("a", 5));
  EXPECT_THAT(session.Pull(1, "a"), ElementsAre("find-partial 1 5"));
}

TEST(Hello, IsNotAnsweredByASessionThatSaysNone) {
  SessionDriver session;
  EXPECT_THAT(session.Open(), ElementsAre("connected"));
  session.Text(HelloText());
  session.Text(OfferText("a", 5));
  EXPECT_THAT(session.Pull(1, "a"), ElementsAre("send pull-request a"));
  EXPECT_THAT(session.Close(), Not(Contains("send bye")));
}

TEST(Hello, SaysHowLargeAFileMayBe) {
  SessionDriver session(Polite());
  session.Open();
  session.Text(HelloText("them", ByteCount(100)));
  EXPECT_THAT(session.Offer(1, "a", 101), ElementsAre("upload 1 too-large"));
  EXPECT_THAT(session.Offer(2, "b", 100), ElementsAre("send offer-file b"));
}

// To the letter what a session without hello says, whatever happens.
TEST(Hello, OfOneSideAloneChangesNothingElseOnTheWire) {
  const auto live = [](SessionDriver& session) {
    Lines lines;
    const auto note = [&lines](const Lines& more) {
      for (const std::string& line : more) {
        if (line != "send hello") lines.push_back(line);
      }
    };
    note(session.Open());
    note(session.Text(OfferText("in", 20)));
    note(session.Pull(1, "in"));
    note(session.Text(MetaText("in", 20)));
    note(session.Authorization(1));
    note(session.Binary(20));
    note(session.Digest(1, "something else"));
    note(session.Text(OfferText("refused", 20)));
    note(session.Pull(2, "refused"));
    note(session.Text(MetaText("refused", 20)));
    note(session.Authorization(2, false));
    note(session.Pull(3, "silent"));
    note(session.CancelPull("silent"));
    note(session.Offer(4, "withdrawn", 10));
    note(session.Withdraw("withdrawn"));
    note(session.Offer(5, "out", 10));
    note(session.Text(R"({"type":"pull-request","transferId":"out","offset":5})"));
    note(session.BlockReady(5));
    note(session.Buffered(0));
    note(session.Lost());
    return lines;
  };
  SessionDriver polite(Polite());
  SessionDriver plain;
  const Lines lines = live(polite);
  EXPECT_EQ(lines, live(plain));
  EXPECT_THAT(lines, Contains("upload 5 done"));
  EXPECT_THAT(lines, Contains("bytes 5 0..10 by 16384")) << "an offset means nothing to a peer that does not say hello";
  EXPECT_EQ(lines.back(), "closed channel-error");
}

TEST(Bye, IsTheLastWordToAPeerThatKnowsIt) {
  SessionDriver session(Polite());
  session.Meet();
  EXPECT_THAT(session.Close(), ElementsAre("send bye", "closed closed"));
}

TEST(Bye, IsSaidWhateverTheChannelHolds) {
  SessionDriver session(Polite());
  session.Meet();
  session.Buffered(Options().pacing.max_buffered.value());
  EXPECT_THAT(session.Offer(1, "a", 10), Not(Contains("send offer-file a"))) << "it waits for room";
  EXPECT_THAT(session.Close(), ElementsAre("send bye", "closed closed")) << "and what waits is not said any more";
}

TEST(Bye, IsSaidToAPeerThatHasSaidNothingYet) {
  SessionDriver session(Polite());
  session.Open();
  EXPECT_THAT(session.Close(), ElementsAre("send bye", "closed closed"));
}

TEST(Bye, IsNotSaidToAPeerThatDoesNotKnowIt) {
  SessionDriver session(Polite());
  session.Open();
  session.Text(PullText("x"));
  EXPECT_THAT(session.Close(), ElementsAre("closed closed"));
}

TEST(Bye, IsNotSaidWhereItFitsNoMessage) {
  SessionDriver session(Polite());
  session.Open(13);
  EXPECT_THAT(session.Close(), ElementsAre("report message-too-long", "closed closed"));
}

TEST(Bye, IsNotSaidToALostChannel) {
  SessionDriver session(Polite());
  session.Meet();
  session.Lost();
  EXPECT_THAT(session.Close(), ElementsAre("closed closed"));
}

TEST(Bye, OfThePeerEndsTheSessionAtOnce) {
  SessionDriver session(Polite());
  session.Meet();
  session.BeginDownload(1, "a", 100);
  session.Binary(40);
  EXPECT_THAT(session.Text(R"({"type":"bye"})"), ElementsAre("failed 1 closed", "closed closed"));
}

TEST(Bye, OfThePeerLetsWhatIsWholeBeVerified) {
  SessionDriver session(Polite());
  session.Meet();
  session.BeginDownload(1, "a", 40);
  session.Binary(40);
  EXPECT_THAT(session.Text(R"({"type":"bye"})"), IsEmpty());
  EXPECT_THAT(session.Digest(1, "a"), ElementsAre("deliver 1", "closed closed"));
}

}  // namespace
}  // namespace peer_session::testing
