// A file's bytes on several channels: at the outside of a session.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "support/session_driver.h"
#include "wire/write.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::int64_t kKiB = 1024;
constexpr std::int64_t kFile = 1024 * kKiB;
constexpr std::int64_t kSmallFile = 100 * kKiB;

Options WithLanes(std::size_t lanes = 1) {
  Options options;
  options.epoch = "us";
  options.pacing.least_lanes = lanes;
  return options;
}

class LanesTest : public ::testing::Test {
 protected:
  explicit LanesTest(const Options& options = WithLanes()) : session_(options) {
    session_.Open(256 * kKiB);
    session_.Text(LanesHelloText());
  }

  // --- The side that sends. ---
  // As much of a file is under way as may be, and a lane is wanted.
  Lines BeginFile() {
    session_.BeginUpload(1, "a", kFile);
    session_.BlockReady(1);
    session_.Buffered(0);
    session_.Sleep(Duration::Millis(50));
    return session_.Text(AckText(8 * kKiB, 1000));
  }
  // Returns what goes out on the lane at once.
  Lines OpenLane(std::uint32_t lane = 1) {
    session_.LaneDescribed(lane);
    session_.Text(LaneText(lane, "answer", "sdp"));
    return session_.LaneOpen(lane, 256 * kKiB);
  }
  // What was handed to that channel in the last call.
  std::vector<SendBytes> On(Lane lane) const {
    std::vector<SendBytes> found;
    for (const SendBytes& sent : session_.LastOf<SendBytes>()) {
      if (sent.lane == lane) found.push_back(sent);
    }
    return found;
  }

  // The first channel brings all that it is given, and the rest of the file is read; returns what it was given.
  std::int64_t BringRestOnFirst(std::int64_t arrived) {
    std::int64_t sent = 0;
    const auto count = [&] {
      for (const SendBytes& one : On(Lane::kFirst)) {
        sent += one.length.value();
        arrived += one.length.value();
      }
    };
    for (int i = 0; i < 40; ++i) {
      session_.Sleep(Duration::Millis(50));
      session_.Text(AckText(arrived, 100'000 + 50'000 * i));
      count();
      session_.Buffered(0);
      count();
      session_.BlockReady(1);
      count();
    }
    return sent;
  }
  // A file of which all has been handed over, and a lane has not said that it brought its part. Returns how much went on the first.
  std::int64_t SendAllButHearOfIt() {
    session_.BeginUpload(1, "a", kSmallFile);
    session_.BlockReady(1);
    std::int64_t on_first = On(Lane::kFirst)[0].length.value();
    session_.Buffered(0);
    for (const SendBytes& one : On(Lane::kFirst)) on_first += one.length.value();
    session_.Sleep(Duration::Millis(50));
    session_.Text(AckText(8 * kKiB, 1000));
    for (const SendBytes& one : On(Lane::kFirst)) on_first += one.length.value();
    OpenLane();
    return on_first + BringRestOnFirst(on_first);
  }

  // --- The side that receives. ---
  void ReceiveOn(std::uint32_t number, const std::string& id, std::int64_t offset) {
    session_.Text(LaneText(number, "offer", "sdp"));
    session_.LaneDescribed(8 + number);
    session_.LaneOpen(8 + number);
    session_.LaneText(8 + number, SegmentText(id, offset));
  }

  SessionDriver session_;
};

TEST_F(LanesTest, AreArrangedOverTheFirstChannel) {
  EXPECT_THAT(BeginFile(), Contains("lane 1 open"));
  EXPECT_THAT(session_.LaneDescribed(1, "mine"), ElementsAre("send lane"));
  EXPECT_EQ(session_.LastOf<SendText>()[0].text, R"({"type":"lane","lane":1,"offer":"mine"})");
  EXPECT_THAT(session_.Text(LaneText(1, "answer", "theirs")), ElementsAre("lane 1 accept theirs"));
  EXPECT_EQ(session_.stats().lanes, 0U);
  session_.LaneOpen(1);
  EXPECT_EQ(session_.stats().lanes, 1U);
}

TEST_F(LanesTest, OfThePeerAreAnsweredOverTheFirstChannel) {
  EXPECT_THAT(session_.Text(LaneText(2, "offer", "theirs")), ElementsAre("lane 10 answer theirs"));
  EXPECT_THAT(session_.LaneDescribed(10, "mine"), ElementsAre("send lane"));
  EXPECT_EQ(session_.LastOf<SendText>()[0].text, R"({"type":"lane","lane":2,"answer":"mine"})");
  session_.LaneOpen(10);
  EXPECT_EQ(session_.stats().lanes, 1U);
}

TEST_F(LanesTest, CarryWhatFollowsOnTheFirstChannelWithAWordOfWhereItBelongs) {
  BeginFile();
  const SendBytes last = On(Lane::kFirst).back();
  const Lines out = OpenLane();
  EXPECT_THAT(out, ElementsAre(StartsWith("lane 1 send segment a"), StartsWith("lane 1 bytes 1 ")));
  EXPECT_EQ(session_.LastOf<SendText>()[0].text,
            R"({"type":"segment","transferId":"a","offset":)" + std::to_string(On(Lane{1})[0].offset.value()) + "}");
  EXPECT_EQ(On(Lane{1})[0].offset, last.offset + last.length);
  EXPECT_EQ(On(Lane{1})[0].length, ByteCount::KiB(8)) << "several begin at once, on a path that is in use";
}

class LanesOfTwoFilesTest : public LanesTest, public ::testing::WithParamInterface<bool> {};

TEST_P(LanesOfTwoFilesTest, AreNotGivenWhatCanBeReadOnlyOnce) {
  const bool once = GetParam();
  BeginFile();
  OpenLane();
  session_.session().Offer(session_.now(), Key(2), FileOf("b", kFile), once);
  session_.Drain();
  session_.Text(PullText("b"));
  session_.Text(wire::WriteTransferCancel(TransferId{"a"}, "cancelled"));
  session_.BlockReady(2);
  std::size_t on_lane = 0;
  std::int64_t arrived = 8 * kKiB;
  for (int i = 1; i < 20; ++i) {
    session_.Buffered(0);
    session_.Sleep(Duration::Millis(50));
    session_.Text(AckText(arrived += 8 * kKiB, 50'000 * i));
    on_lane += On(Lane{1}).size();
    session_.LaneBuffered(1, 0);
    session_.LaneText(1, AckText(8 * kKiB, 50'000 * i));
    on_lane += On(Lane{1}).size();
  }
  EXPECT_EQ(on_lane == 0, once) << "it would have to be read again, were the lane lost";
}

INSTANTIATE_TEST_SUITE_P(OnceOrNot, LanesOfTwoFilesTest, ::testing::Bool());

TEST_F(LanesTest, LeaveAGapThatTheFirstChannelTellsOf) {
  BeginFile();
  OpenLane();
  const ByteCount next = On(Lane{1})[0].offset + On(Lane{1})[0].length;
  session_.Sleep(Duration::Millis(50));
  session_.Text(AckText(16 * kKiB, 60'000));
  EXPECT_EQ(session_.LastOf<SendText>()[0].text, SegmentText("a", next.value()));
  EXPECT_EQ(On(Lane::kFirst)[0].offset, next);
}

TEST_F(LanesTest, AreGivenMoreForEachAcknowledgementOfTheirOwn) {
  BeginFile();
  OpenLane();
  EXPECT_THAT(session_.Buffered(0), IsEmpty());
  session_.Sleep(Duration::Millis(50));
  session_.LaneText(1, AckText(8 * kKiB, 1000));
  ASSERT_FALSE(On(Lane{1}).empty());
  EXPECT_THAT(On(Lane::kFirst), IsEmpty());
}

TEST_F(LanesTest, BringNothingBeforeThePeerKnowsTheFile) {
  BeginFile();
  OpenLane();
  session_.BeginUpload(2, "b", kFile);
  session_.CancelPull("none");
  // The peer wants no more of the first one: the second begins on the first channel alone.
  session_.Text(R"({"type":"transfer-cancel","transferId":"a","reason":"cancelled"})");
  session_.LaneText(1, AckText(8 * kKiB, 1000));
  session_.Text(AckText(40 * kKiB, 90'000));
  session_.BlockReady(2);
  EXPECT_THAT(session_.last(), Not(IsEmpty()));
  EXPECT_FALSE(On(Lane::kFirst).empty());
  EXPECT_TRUE(On(Lane{1}).empty());
  session_.Buffered(0);
  EXPECT_FALSE(On(Lane::kFirst).empty());
  EXPECT_TRUE(On(Lane{1}).empty()) << "nor when it was said, and has not arrived";
}

TEST_F(LanesTest, OfThePeerBringPiecesInAnyOrder) {
  session_.BeginDownload(1, "a", 30'000);
  ReceiveOn(1, "a", 20'000);
  EXPECT_THAT(session_.LaneBinary(9, 5'000), Contains("store 1 20000..25000"));
  EXPECT_EQ(session_.LastOf<StoreChunk>()[0].so_far, ByteCount(5'000));
  EXPECT_THAT(session_.LaneBinary(9, 5'000), Contains("store 1 25000..30000"));
  EXPECT_THAT(session_.Binary(20'000), Contains("verify 1"));
  EXPECT_EQ(session_.LastOf<StoreChunk>()[0].so_far, ByteCount(30'000));
}

TEST_F(LanesTest, OfThePeerAreAcknowledgedEachByItself) {
  session_.BeginDownload(1, "a", 30'000);
  ReceiveOn(1, "a", 10'000);
  EXPECT_THAT(session_.LaneBinary(9, 5'000), ElementsAre("store 1 10000..15000", "lane 9 send ack"));
  EXPECT_THAT(session_.LastOf<SendText>()[0].text, HasSubstr(R"("received":5000)"));
}

TEST_F(LanesTest, OfThePeerAreAcknowledgedToTheLastByteSoon) {
  session_.BeginDownload(1, "a", 30'000);
  ReceiveOn(1, "a", 10'000);
  EXPECT_THAT(session_.LaneBinary(9, 100), ElementsAre("store 1 10000..10100"));
  EXPECT_THAT(session_.Pass(Duration::Millis(99)), IsEmpty());
  EXPECT_THAT(session_.Pass(Duration::Millis(1)), ElementsAre("lane 9 send ack"));
  EXPECT_THAT(session_.Pass(Duration::Millis(500)), IsEmpty());
}

TEST_F(LanesTest, OfThePeerAreAcknowledgedToTheLastByteWhateverTheChannelHolds) {
  session_.BeginDownload(1, "a", 30'000);
  ReceiveOn(1, "a", 10'000);
  session_.LaneBinary(9, 5'000);
  // The channel still has the first one, for all that is known here.
  EXPECT_THAT(session_.LaneBinary(9, 100), ElementsAre("store 1 15000..15100", "lane 9 await-low 0"));
  EXPECT_THAT(session_.Pass(Duration::Millis(500)), IsEmpty());
  EXPECT_THAT(session_.LaneBuffered(9, 0), IsEmpty());
  EXPECT_THAT(session_.Pass(Duration::Millis(1)), ElementsAre("lane 9 send ack"));
}

TEST_F(LanesTest, OfThePeerBringNothingForAFileThatDoesNotRun) {
  ReceiveOn(1, "a", 0);
  EXPECT_THAT(session_.LaneBinary(9, 100), ElementsAre("drop"));
  session_.BeginDownload(1, "b", 100);
  EXPECT_THAT(session_.LaneBinary(9, 100), ElementsAre("drop"));
  EXPECT_THAT(session_.LaneBinary(10, 100), ElementsAre("drop")) << "nor does one that nobody knows";
  EXPECT_THAT(session_.LaneBinary(1, 100), ElementsAre("drop")) << "nor one on which this side sends";
}

TEST_F(LanesTest, OfThePeerBringNoMoreThanTheFile) {
  session_.BeginDownload(1, "a", 1'000);
  ReceiveOn(1, "a", 900);
  EXPECT_THAT(session_.LaneBinary(9, 101), Contains("failed 1 too-many-bytes"));
}

TEST_F(LanesTest, OfThePeerCountNoByteTwice) {
  session_.BeginDownload(1, "a", 1'000);
  ReceiveOn(1, "a", 500);
  session_.LaneBinary(9, 100);
  session_.LaneText(9, SegmentText("a", 500));
  EXPECT_THAT(session_.LaneBinary(9, 100), ElementsAre("drop"));
  session_.LaneText(9, SegmentText("a", 550));
  EXPECT_THAT(session_.LaneBinary(9, 100), ElementsAre("store 1 550..650"));
  EXPECT_EQ(session_.LastOf<StoreChunk>()[0].so_far, ByteCount(150));
}

TEST_F(LanesTest, OfThePeerLeaveNoMoreGapsThanAnHonestOneWould) {
  session_.BeginDownload(1, "a", 10'000);
  ReceiveOn(1, "a", 1);
  for (std::int64_t part = 1; part <= 4096; ++part) {
    session_.LaneText(9, SegmentText("a", 2 * part));
    ASSERT_THAT(session_.LaneBinary(9, 1), Contains(StartsWith("store 1 ")));
    ASSERT_THAT(session_.LastOf<DownloadEnded>(), IsEmpty()) << part;
  }
  session_.LaneText(9, SegmentText("a", 9'000));
  EXPECT_THAT(session_.LaneBinary(9, 1), Contains("failed 1 too-many-bytes"));
}

TEST_F(LanesTest, OfThePeerLeaveNothingBehindAGapToBeKept) {
  session_.BeginDownload(1, "a", 1'000);
  ReceiveOn(1, "a", 500);
  session_.Binary(100);
  session_.LaneBinary(9, 200);
  session_.Text(AbortText("a"));
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].kept, ByteCount(100));
}

TEST_F(LanesTest, OfThePeerLeaveAGapThatTheNextChannelFills) {
  session_.BeginDownload(1, "a", 1'000);
  ReceiveOn(1, "a", 500);
  session_.Binary(100);
  session_.LaneBinary(9, 200);
  session_.Lost();
  session_.Open();
  EXPECT_THAT(session_.LastOf<SendText>().back().text, HasSubstr(R"("offset":100)"));
}

TEST_F(LanesTest, ThatIsLostIsReplacedByTheOthers) {
  BeginFile();
  OpenLane();
  const SendBytes on_lane = On(Lane{1})[0];
  session_.LaneText(1, AckText(4 * kKiB, 1000));
  session_.LaneLost(1);
  // The rest of the file on the first channel, with acknowledgements as they come.
  std::int64_t arrived = 40 * kKiB;
  std::vector<SendBytes> sent;
  for (int i = 0; i < 200; ++i) {
    session_.Sleep(Duration::Millis(50));
    session_.Text(AckText(arrived, 1000 + 50'000 * i));
    for (const SendBytes& one : On(Lane::kFirst)) {
      sent.push_back(one);
      arrived += one.length.value();
    }
    if (!session_.LastOf<ReadBlock>().empty()) {
      session_.BlockReady(1);
      for (const SendBytes& one : On(Lane::kFirst)) {
        sent.push_back(one);
        arrived += one.length.value();
      }
    }
    session_.Buffered(0);
    for (const SendBytes& one : On(Lane::kFirst)) {
      sent.push_back(one);
      arrived += one.length.value();
    }
  }
  ASSERT_FALSE(sent.empty());
  std::int64_t again = 0;
  for (const SendBytes& one : sent) {
    if (one.offset < on_lane.offset + on_lane.length) again += one.length.value();
  }
  EXPECT_EQ(again, on_lane.length.value() - 4 * kKiB) << "what had arrived is not sent again";
  EXPECT_EQ(sent.back().so_far, ByteCount(kFile));
  EXPECT_THAT(session_.Text(R"({"type":"transfer-done","transferId":"a"})"), Contains("upload 1 delivered"));
}

TEST_F(LanesTest, BringAFileToItsEndBeforeTheNextOneBegins) {
  const std::int64_t on_first = SendAllButHearOfIt();
  session_.BeginUpload(2, "b", 1'000);
  EXPECT_THAT(session_.BlockReady(2), IsEmpty());
  EXPECT_THAT(session_.LaneText(1, AckText(kSmallFile - on_first, 3'000'000)), Contains("send meta b"));
}

TEST_F(LanesTest, LeaveAFileToBeConfirmedBeforeTheyAreHeardOf) {
  SendAllButHearOfIt();
  EXPECT_THAT(session_.Text(R"({"type":"transfer-done","transferId":"a"})"), Contains("upload 1 delivered"));
}

TEST_F(LanesTest, LeaveAFileToBePulledAgainBeforeTheyAreHeardOf) {
  ASSERT_LT(SendAllButHearOfIt(), kSmallFile) << "some went on the lane";
  EXPECT_THAT(session_.Text(PullText("a")), Contains(StartsWith("read 1 0..")));
}

TEST_F(LanesTest, LeaveAFileToBePulledAgainWhileTheChannelHoldsWhatTheyHadBrought) {
  SendAllButHearOfIt();
  session_.LaneLost(1);
  session_.BlockReady(1);
  session_.BlockReady(1);
  ASSERT_EQ(session_.stats().queued_uploads, 1U);
  EXPECT_THAT(session_.Text(PullText("a")), Contains(StartsWith("read 1 0..")));
}

TEST_F(LanesTest, ThatIsLostWithPartsOfAnEarlierPullIsNotReplaced) {
  std::int64_t arrived = SendAllButHearOfIt();
  session_.Text(PullText("a"));
  session_.BlockReady(1);
  std::int64_t first = On(Lane::kFirst)[0].length.value();
  session_.LaneLost(1);
  for (const SendBytes& one : On(Lane::kFirst)) first += one.length.value();
  EXPECT_EQ(first + BringRestOnFirst(arrived + first), kSmallFile);
}

TEST_F(LanesTest, ThatIsSilentIsTakenForLost) {
  BeginFile();
  OpenLane();
  EXPECT_THAT(session_.Pass(Duration::Millis(4'900)), Not(Contains("lane 1 close")));
  EXPECT_THAT(session_.Pass(Duration::Millis(200)), Contains("lane 1 close"));
  EXPECT_EQ(session_.stats().lanes, 0U);
}

TEST_F(LanesTest, ThatHadNothingToBringIsNotTakenForLost) {
  const std::int64_t on_first = SendAllButHearOfIt();
  session_.LaneText(1, AckText(kSmallFile - on_first, 3'000'000));
  session_.Sleep(Duration::Seconds(10));
  session_.BeginUpload(2, "b", kFile);
  session_.BlockReady(2);
  const std::int64_t first = On(Lane::kFirst)[0].length.value();
  session_.Buffered(0);
  session_.Sleep(Duration::Millis(50));
  session_.Text(AckText(on_first + first, 15'000'000));
  ASSERT_FALSE(On(Lane{1}).empty());
  EXPECT_THAT(session_.Pass(Duration::Millis(4'900)), Not(Contains("lane 1 close")));
}

TEST_F(LanesTest, ThatAFileDoesNotUseGiveItNoSecondPullBeforeItHasLeft) {
  session_.BeginUpload(1, "a", 100);
  EXPECT_THAT(session_.BlockReady(1), Contains(StartsWith("bytes 1 0..100")));
  EXPECT_THAT(session_.Text(PullText("a")), IsEmpty());
}

TEST_F(LanesTest, WhoseConnectionDoesNotTakeTheWordForAPieceBringsNone) {
  BeginFile();
  session_.LaneDescribed(1);
  session_.Text(LaneText(1, "answer", "sdp"));
  EXPECT_THAT(session_.LaneOpen(1, 40), Not(Contains(StartsWith("lane 1 bytes"))));
  session_.Sleep(Duration::Millis(50));
  EXPECT_THAT(session_.Text(AckText(16 * kKiB, 60'000)), Contains(StartsWith("bytes 1")));
  EXPECT_TRUE(On(Lane{1}).empty());
}

TEST_F(LanesTest, ThatDoesNotOpenIsGivenUp) {
  BeginFile();
  EXPECT_THAT(session_.Pass(Duration::Millis(19'900)), Not(Contains("lane 1 close")));
  EXPECT_THAT(session_.Pass(Duration::Millis(200)), Contains("lane 1 close"));
}

TEST_F(LanesTest, ThatThePeerDoesNotWantIsClosed) {
  BeginFile();
  session_.LaneDescribed(1);
  EXPECT_THAT(session_.Text(LaneText(1)), Contains("lane 1 close"));
}

TEST_F(LanesTest, ThatCannotBeMadeHereIsRefused) {
  session_.Text(LaneText(1, "offer", "sdp"));
  EXPECT_THAT(session_.LaneLost(9), ElementsAre("send lane"));
  EXPECT_EQ(session_.LastOf<SendText>()[0].text, R"({"type":"lane","lane":1})");
}

TEST_F(LanesTest, WhoseDescriptionIsTooLongForThePeerIsNone) {
  BeginFile();
  EXPECT_THAT(session_.LaneDescribed(1, std::string(16'385, 'a')), ElementsAre("lane 1 close"));
  session_.Text(LaneText(1, "offer", "sdp"));
  EXPECT_THAT(session_.LaneDescribed(9, std::string(16'385, 'a')), ElementsAre("lane 9 close", "send lane"));
  EXPECT_EQ(session_.LastOf<SendText>()[0].text, R"({"type":"lane","lane":1})");
}

TEST_F(LanesTest, GoWithTheFirstChannel) {
  BeginFile();
  OpenLane();
  session_.Text(LaneText(1, "offer", "sdp"));
  EXPECT_THAT(session_.Lost(), IsSupersetOf({"lane 1 close", "lane 9 close", "interrupted"}));
}

TEST_F(LanesTest, AreClosedWhenNothingIsSentAnyMore) {
  BeginFile();
  OpenLane();
  session_.Text(R"({"type":"transfer-cancel","transferId":"a","reason":"cancelled"})");
  session_.LaneText(1, AckText(8 * kKiB, 2000));
  EXPECT_THAT(session_.Pass(Duration::Seconds(29)), Not(Contains("lane 1 close")));
  EXPECT_THAT(session_.Pass(Duration::Seconds(2)), Contains("lane 1 close"));
  EXPECT_LT(session_.MillisToDeadline(), 0) << "and nothing waits for anything";
}

TEST_F(LanesTest, OfThePeerAreNoMoreThanItMayHave) {
  Lines out;
  for (int i = 0; i < 100; ++i) {
    const Lines more = session_.Text(LaneText(1 + static_cast<std::uint32_t>(i % 8), "offer", "sdp"));
    out.insert(out.end(), more.begin(), more.end());
  }
  const auto answers =
      std::count_if(out.begin(), out.end(), [](const auto& one) { return one.ends_with("answer sdp"); });
  EXPECT_EQ(answers, 32);
  EXPECT_EQ(std::count_if(out.begin(), out.end(), [](const auto& one) { return one.ends_with(" close"); }), 24);
}

TEST(Lanes, AreNeitherOfferedNorAnsweredWhenTheyAreOff) {
  Options options = WithLanes();
  options.pacing.most_lanes = 0;
  SessionDriver session(options);
  session.Open();
  EXPECT_THAT(session.LastOf<SendText>()[0].text, Not(HasSubstr("lanes")));
  session.Text(LanesHelloText());
  EXPECT_THAT(session.Text(LaneText(1, "offer", "sdp")), IsEmpty());
}

TEST(Lanes, AreNotOpenedTowardsAPeerThatDoesNotKnowThem) {
  SessionDriver session(WithLanes());
  session.Open(256 * kKiB);
  session.Text(AckingHelloText());
  session.BeginUpload(1, "a", kFile);
  session.BlockReady(1);
  session.Buffered(0);
  session.Sleep(Duration::Millis(50));
  EXPECT_THAT(session.Text(AckText(8 * kKiB, 1000)), Not(Contains(EndsWith("open"))));
  session.BeginDownload(2, "b", 1'000);
  session.Text(SegmentText("b", 500));
  EXPECT_THAT(session.Binary(100), Contains("store 2 0..100")) << "a word that it cannot have meant";
}

}  // namespace
}  // namespace peer_session::testing
