// What has arrived is acknowledged, and bounds what is under way: at the outside of a session.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "support/session_driver.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::int64_t kKiB = 1024;

Options Acking() {
  Options options;
  options.epoch = "us";
  return options;
}

// A session whose channel takes whatever it is given, and a peer that acknowledges.
class AckingSession : public ::testing::Test {
 protected:
  AckingSession() : session_(Acking()) {
    session_.Open(256 * kKiB);
    session_.Text(AckingHelloText());
  }

  // Of the last call; empty if it said nothing.
  std::string LastText() const {
    const auto texts = session_.LastOf<SendText>();
    return texts.empty() ? "" : texts.back().text;
  }
  // What was handed over in the last call.
  std::int64_t HandedOver() const {
    std::int64_t bytes = 0;
    for (const SendBytes& sent : session_.LastOf<SendBytes>()) bytes += sent.length.value();
    return bytes;
  }
  // A file of one block, of which as much is under way as may be.
  std::int64_t Fill() {
    session_.BeginUpload(1, "a", 1 << 20);
    session_.BlockReady(1);
    std::int64_t sent = HandedOver();
    // Its first message goes alone.
    session_.Buffered(0);
    sent += HandedOver();
    return sent;
  }

  SessionDriver session_;
};

TEST_F(AckingSession, SaysHowMuchHasArrivedOnTheChannelAndWhen) {
  session_.BeginDownload(1, "a", 100 * kKiB);
  session_.Sleep(Duration::Millis(1500));
  EXPECT_THAT(session_.Binary(4096), ElementsAre("store 1 0..4096", "send ack"));
  EXPECT_EQ(LastText(), R"({"type":"ack","received":4096,"at":1500000})");
  session_.Binary(60 * kKiB);
  EXPECT_THAT(LastText(), HasSubstr(R"("received":65536,)"));
}

TEST_F(AckingSession, SaysItOfBytesThatNobodyWantsToo) {
  EXPECT_THAT(session_.Binary(4096), ElementsAre("drop", "send ack"));
  EXPECT_THAT(session_.Binary(0), ElementsAre("drop")) << "no byte, no word";
}

TEST_F(AckingSession, SaysItForEach4KiBAndEach256MessagesOnly) {
  EXPECT_THAT(session_.Binary(4095), ElementsAre("drop"));
  EXPECT_THAT(session_.Binary(1), ElementsAre("drop", "send ack"));
  for (int i = 0; i < 255; ++i) EXPECT_THAT(session_.Binary(1), ElementsAre("drop"));
  EXPECT_THAT(session_.Binary(1), ElementsAre("drop", "send ack"));
  EXPECT_THAT(LastText(), HasSubstr(R"("received":4352,)"));
}

TEST_F(AckingSession, BeginsToCountAnewOnEachChannel) {
  session_.Binary(5000);
  session_.Lost();
  session_.Open();
  session_.Text(AckingHelloText());
  session_.Binary(4097);
  EXPECT_THAT(LastText(), HasSubstr(R"("received":4097,)"));
}

TEST_F(AckingSession, SaysItWhenAFullChannelHasRoomAgain) {
  session_.Buffered(std::int64_t{9} << 20);
  EXPECT_THAT(session_.Binary(5000), ElementsAre("drop", "await-low 0"));
  EXPECT_THAT(session_.Binary(5000), ElementsAre("drop")) << "one wait for both";
  EXPECT_THAT(session_.Buffered(0), ElementsAre("send ack"));
  EXPECT_THAT(LastText(), HasSubstr(R"("received":10000,)"));
  EXPECT_THAT(session_.Buffered(0), IsEmpty());
}

TEST(Acks, AreNotSaidToAPeerThatDoesNotKnowThem) {
  for (const bool says_hello : {false, true}) {
    SessionDriver session(Acking());
    session.Open();
    if (says_hello) session.Text(HelloText());
    EXPECT_THAT(session.Binary(10'000), ElementsAre("drop"));
  }
}

TEST(Acks, AreNeitherOfferedNorSaidWhenTheyAreOff) {
  Options options = Acking();
  options.pacing.acknowledgements = false;
  SessionDriver session(options);
  session.Open();
  EXPECT_THAT(session.LastOf<SendText>()[0].text, Not(HasSubstr("ack")));
  session.Text(AckingHelloText());
  EXPECT_THAT(session.Binary(10'000), ElementsAre("drop"));
}

TEST_F(AckingSession, HasNoMoreUnderWayThanTheWindowThoughTheChannelIsEmpty) {
  EXPECT_EQ(Fill(), 32 * kKiB);
  for (int i = 0; i < 5; ++i) EXPECT_THAT(session_.Buffered(0), IsEmpty());
}

TEST_F(AckingSession, SendsMoreForEachAcknowledgement) {
  Fill();
  session_.Sleep(Duration::Millis(20));
  EXPECT_THAT(session_.Text(AckText(8 * kKiB, 1000)), Contains(StartsWith("bytes 1")));
  EXPECT_GE(HandedOver(), 8 * kKiB);
}

TEST_F(AckingSession, IsNotMovedByAcknowledgementsOfWhatWasNotSent) {
  Fill();
  for (const std::int64_t lie : {std::int64_t{0}, 32 * kKiB + 1, std::int64_t{1} << 50}) {
    EXPECT_THAT(session_.Text(AckText(lie, 1000)), IsEmpty()) << lie;
  }
}

TEST_F(AckingSession, GivesUpAFileWhosePeerNeverAcknowledges) {
  Fill();
  EXPECT_THAT(session_.Pass(Duration::Minutes(59)), Not(Contains("upload 1 stalled")));
  EXPECT_THAT(session_.Pass(Duration::Minutes(2)), Contains("upload 1 stalled"));
  EXPECT_LT(session_.MillisToDeadline(), 0) << "and waits for nothing more";
}

TEST_F(AckingSession, WaitsForNothingThatWasUnderWayOnALostChannel) {
  Fill();
  session_.Lost();
  session_.Open(256 * kKiB);
  session_.Text(AckingHelloText());
  session_.Text(PullText("a"));
  session_.BlockReady(1);
  std::int64_t sent = HandedOver();
  session_.Buffered(0);
  sent += HandedOver();
  EXPECT_EQ(sent, 32 * kKiB);
}

TEST_F(AckingSession, WaitsAnewAfterEachAcknowledgement) {
  Fill();
  session_.Pass(Duration::Minutes(40));
  session_.Text(AckText(kKiB, 1000));
  EXPECT_THAT(session_.Pass(Duration::Minutes(40)), Not(Contains("upload 1 stalled")));
}

TEST_F(AckingSession, OfABusyChannelKeepsNoPullWaitingForLonger) {
  session_.Pull(1, "a");
  for (int i = 0; i < 1000; ++i) session_.Text(AckText(1, 1));
  EXPECT_LE(session_.MillisToDeadline(), 15'000);
}

}  // namespace
}  // namespace peer_session::testing
