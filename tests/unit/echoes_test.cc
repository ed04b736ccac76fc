// Towards a peer that acknowledges nothing and answers pings: a pong behind file bytes says that they have arrived.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/session_driver.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

constexpr std::int64_t kKiB = 1024;
constexpr const char* kPong = R"({"type":"pong"})";

// A session whose channel takes whatever it is given, and a classic peer; the file is of one block.
class ClassicReceiver : public ::testing::Test {
 protected:
  explicit ClassicReceiver(const Options& options = {}) : session_(options) { session_.Open(256 * kKiB); }

  void Begin(std::uint32_t key = 1, const std::string& id = "a", std::int64_t size = 4 << 20) {
    session_.BeginUpload(key, id, size);
    Note(session_.BlockReady(key));
  }
  // Of the last call.
  std::int64_t HandedOver() const {
    std::int64_t bytes = 0;
    for (const SendBytes& sent : session_.LastOf<SendBytes>()) bytes += sent.length.value();
    return bytes;
  }
  void Note(const Lines& lines) {
    sent_ += HandedOver();
    for (const std::string& line : lines) {
      if (line == "send ping") ++pings_;
    }
  }
  // All that the channel takes; it is empty again afterwards.
  std::int64_t Fill() {
    const std::int64_t before = sent_;
    std::int64_t last = -1;
    while (last != sent_) {
      last = sent_;
      Note(session_.Buffered(0));
    }
    return sent_ - before;
  }
  void Pong() {
    Note(session_.Text(kPong));
    --pings_;
  }
  // The path takes 50 ms for each pong that is awaited, all of them in a row.
  void AnswerAll() {
    session_.Sleep(Duration::Millis(50));
    for (int awaited = pings_; awaited > 0; --awaited) Pong();
  }

  SessionDriver session_;
  std::int64_t sent_ = 0;
  int pings_ = 0;
};

TEST_F(ClassicReceiver, IsAskedOnceBehindTheFirstBytesAndSentWhatTheChannelTakesUntilItAnswers) {
  Begin();
  EXPECT_EQ(pings_, 1);
  EXPECT_GT(Fill(), 256 * kKiB) << "the window is by what the channel holds";
  EXPECT_EQ(pings_, 1);
}

TEST_F(ClassicReceiver, HasNoMoreUnderWayThanThePathHoldsOnceItAnswers) {
  Begin();
  AnswerAll();
  EXPECT_LE(Fill(), 64 * kKiB);
  EXPECT_EQ(Fill(), 0) << "though the channel is empty";
  EXPECT_GE(pings_, 3) << "several of them in what is under way, or it would come in bursts";
  AnswerAll();
  EXPECT_GT(sent_, 64 * kKiB);
}

TEST_F(ClassicReceiver, ThatHasAnsweredAPingBeforeIsBoundedFromTheFirstByte) {
  session_.session().SendPing(session_.now());
  session_.Drain();
  session_.Text(kPong);
  Begin();
  EXPECT_LE(Fill() + sent_, 128 * kKiB);
  EXPECT_EQ(Fill(), 0);
}

TEST_F(ClassicReceiver, ThatStopsAnsweringIsSentWhatTheChannelTakesAgain) {
  Begin();
  AnswerAll();
  Fill();
  const std::int64_t before = sent_;
  session_.Pass(Duration::Millis(2900));
  EXPECT_EQ(Fill(), 0);
  Note(session_.Pass(Duration::Millis(200)));
  Fill();
  EXPECT_GT(sent_ - before, 256 * kKiB);
}

TEST_F(ClassicReceiver, IsBoundedAgainWhenItHasAnsweredAllThatItOwes) {
  Begin();
  AnswerAll();
  Fill();
  session_.Pass(Duration::Seconds(4));
  Fill();
  AnswerAll();
  EXPECT_LE(Fill(), 64 * kKiB);
  EXPECT_EQ(Fill(), 0);
}

TEST_F(ClassicReceiver, IsAskedBehindTheLastBytesOfAFileToo) {
  Begin(1, "a", 80 * kKiB);
  AnswerAll();
  Fill();
  AnswerAll();
  AnswerAll();
  EXPECT_EQ(pings_, 0);
  Begin(2, "b", 4 << 20);
  session_.Sleep(Duration::Millis(10));
  EXPECT_GE(Fill(), 24 * kKiB) << "nothing of the first file counts as under way";
}

TEST_F(ClassicReceiver, IsNotAskedBehindFewBytes) {
  Begin(1, "a", 64 * kKiB - 1);
  Fill();
  EXPECT_EQ(pings_, 0);
}

TEST_F(ClassicReceiver, IsNotTakenForOneThatAnswersByPongsThatNobodyAskedFor) {
  for (int i = 0; i < 10; ++i) session_.Text(kPong);
  Begin();
  EXPECT_GT(Fill(), 256 * kKiB);
}

// A page may ping for hours whoever does not answer.
TEST_F(ClassicReceiver, IsNotAskedAnyMoreWhenTooManyPingsAreOpen) {
  for (int i = 0; i < 1100; ++i) session_.session().SendPing(session_.now());
  session_.Drain();
  Begin();
  EXPECT_EQ(pings_, 0);
  for (int i = 0; i < 1100; ++i) session_.Text(kPong);
  EXPECT_GT(Fill(), 256 * kKiB);
}

TEST_F(ClassicReceiver, IsAskedWhenTheChannelTakesTextAgain) {
  Options options;
  options.pacing.max_buffered = ByteCount(20 * kKiB);
  SessionDriver session(options);
  session.Open();
  session.BeginUpload(1, "a", 4 << 20);
  // What the channel holds is as much as it takes.
  session.Buffered(4 * kKiB - 172);
  EXPECT_THAT(session.BlockReady(1), ElementsAre("send meta a", "bytes 1 0..16384 by 16384", "await-low 20480"));
  EXPECT_THAT(session.Buffered(0), Contains("send ping"));
}

TEST_F(ClassicReceiver, HasAFileWhenItsLastByteHasLeftWhateverIsAskedBehindIt) {
  session_.session().SendPing(session_.now());
  session_.Drain();
  session_.Text(kPong);
  Begin(1, "a", 32 * kKiB);
  Note(session_.Buffered(0));
  EXPECT_EQ(pings_, 1);
  EXPECT_THAT(session_.Buffered(15), Contains("upload 1 done"));
}

TEST_F(ClassicReceiver, IsSentWhatTheChannelTakesWhenTooManyPingsAreOpenInTheMiddleOfAFile) {
  Begin();
  AnswerAll();
  Fill();
  for (int i = 0; i < 1100; ++i) session_.session().SendPing(session_.now());
  session_.Drain();
  session_.Text(PullText("other"));
  EXPECT_GT(Fill(), 256 * kKiB);
}

class Unasking : public ClassicReceiver {
 protected:
  static Options Off() {
    Options options;
    options.pacing.acknowledgements = false;
    return options;
  }
  Unasking() : ClassicReceiver(Off()) {}
};

TEST_F(Unasking, SendsNoPingOfItsOwn) {
  Begin();
  Fill();
  EXPECT_EQ(pings_, 0);
}

TEST(Echoes, AreNotWantedOfAPeerThatSaysHello) {
  SessionDriver session(Polite());
  session.Meet();
  session.BeginUpload(1, "a", 4 << 20);
  EXPECT_THAT(session.BlockReady(1), Not(Contains("send ping")));
  EXPECT_THAT(session.Buffered(0), Not(Contains("send ping")));
}

}  // namespace
}  // namespace peer_session::testing
