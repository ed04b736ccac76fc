// Files that go into a sink that may be slower than the network: the peer is told how much room there is. docs/protocol.md, "Credit".
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "receive/download.h"
#include "receive/room.h"
#include "support/polite_session.h"
#include "support/session_driver.h"
#include "wire/write.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

std::string MetaFrom(const std::string& id, std::int64_t size, std::int64_t offset) {
  return wire::WriteMeta(FileOf(id, size), {}, ByteCount(offset));
}

// Of "a", under key 1: offered, pulled, begun and allowed.
void BeginPullInto(SessionDriver& session, std::int64_t size, std::int64_t room) {
  session.Text(OfferText("a", size));
  session.PullInto(1, "a", room);
  session.Text(MetaText("a", size));
  session.Authorization(1);
}

class PullIntoASink : public PoliteSession {
 protected:
  // With room for 100 bytes.
  void Begin(std::int64_t size, std::int64_t room = 100) { BeginPullInto(session_, size, room); }
};

TEST_F(PullIntoASink, SaysHowMuchRoomThereIs) {
  session_.Text(OfferText("a", 1000));
  EXPECT_THAT(session_.PullInto(1, "a", 100), ElementsAre("send pull-request a to 100"));
  session_.Text(OfferText("b", 50));
  EXPECT_THAT(session_.PullInto(2, "b", 100), ElementsAre("send pull-request b to 50"));
  EXPECT_THAT(session_.PullInto(3, "unknown", 100), ElementsAre("send pull-request unknown to 100"));
}

TEST_F(PullIntoASink, IntoMemorySaysNothingOfRoom) {
  session_.Text(OfferText("a", 1000));
  session_.Pull(1, "a");
  EXPECT_THAT(session_.Partial("a", 0), ElementsAre("send pull-request a"));
  session_.Text(MetaText("a", 1000));
  session_.Authorization(1);
  session_.Binary(100);
  EXPECT_THAT(session_.Stored("a", 100), IsEmpty());
}

TEST_F(PullIntoASink, SaysNothingOfRoomToAPeerThatDoesNotKnowIt) {
  SessionDriver session(Polite());
  session.Open();
  session.Text(OfferText("a", 1000));
  EXPECT_THAT(session.PullInto(1, "a", 100), ElementsAre("send pull-request a"));
  session.Text(MetaText("a", 1000));
  session.Authorization(1);
  EXPECT_THAT(session.Binary(500), ElementsAre("store 1 0..500"));
  EXPECT_THAT(session.Stored("a", 500), IsEmpty());
}

TEST_F(PullIntoASink, SaysMoreForEachQuarterOfTheRoom) {
  Begin(1000);
  session_.Binary(100);
  EXPECT_THAT(session_.Stored("a", 24), IsEmpty());
  EXPECT_THAT(session_.Stored("a", 25), ElementsAre("send credit a to 125"));
  EXPECT_THAT(session_.Stored("a", 49), IsEmpty());
  EXPECT_THAT(session_.Stored("a", 100), ElementsAre("send credit a to 200"));
}

TEST_F(PullIntoASink, SaysTheLastOfItHoweverLittle) {
  Begin(103);
  session_.Binary(100);
  EXPECT_THAT(session_.Stored("a", 2), IsEmpty());
  EXPECT_THAT(session_.Stored("a", 3), ElementsAre("send credit a to 103"));
  EXPECT_THAT(session_.Stored("a", 100), IsEmpty());
}

TEST_F(PullIntoASink, BelievesNoSinkThatTookMoreThanThereIs) {
  Begin(1000);
  session_.Binary(50);
  EXPECT_THAT(session_.Stored("a", 51), IsEmpty());
  EXPECT_THAT(session_.Stored("a", 50), ElementsAre("send credit a to 150"));
  EXPECT_THAT(session_.Stored("a", 20), IsEmpty());
  EXPECT_THAT(session_.Stored("a", 50), IsEmpty());
}

TEST_F(PullIntoASink, TellsWhatTheSinkCanTake) {
  Begin(1000);
  session_.Binary(30);
  EXPECT_EQ(session_.LastOf<StoreChunk>()[0].front, ByteCount(30));
  session_.Binary(10);
  EXPECT_EQ(session_.LastOf<StoreChunk>()[0].front, ByteCount(40));
}

TEST_F(PullIntoASink, CutsAPeerThatSendsWithoutRoom) {
  Begin(1000);
  session_.Binary(100);
  EXPECT_THAT(session_.Binary(1), ElementsAre("drop", "send transfer-cancel a", "failed 1 too-many-bytes"));
}

TEST_F(PullIntoASink, CutsIfNotAllOfAMessageHasRoom) {
  Begin(1000);
  session_.Binary(99);
  EXPECT_THAT(session_.Binary(2), Contains("failed 1 too-many-bytes"));
}

TEST(PullIntoASinkOverLanes, CutsAPeerThatSendsWithoutRoom) {
  SessionDriver session(Polite());
  session.Open();
  session.Text(LanesHelloText());
  BeginPullInto(session, 100'000, 1000);
  session.Binary(100);
  session.Text(LaneText(1, "offer", "sdp"));
  constexpr std::uint32_t kTheirFirst = kMostLanes + 1;
  session.LaneDescribed(kTheirFirst);
  session.LaneOpen(kTheirFirst);
  session.LaneText(kTheirFirst, SegmentText("a", 900));
  EXPECT_THAT(session.LaneBinary(kTheirFirst, 100), Contains("store 1 900..1000"));
  EXPECT_EQ(session.LastOf<StoreChunk>()[0].front, ByteCount(100)) << "there is a gap before it";
  EXPECT_THAT(session.LaneBinary(kTheirFirst, 1), Contains("failed 1 too-many-bytes"));
}

TEST_F(PullIntoASink, BlamesNoPeerThatHasNoRoom) {
  Begin(1000);
  session_.Binary(100);
  session_.Stored("a", 20);
  session_.Pass(Duration::Seconds(19));
  session_.Stored("a", 24);
  session_.Pass(Duration::Seconds(19));
  EXPECT_THAT(session_.Stored("a", 60), ElementsAre("send credit a to 160"));
  EXPECT_THAT(session_.Pass(Duration::Seconds(19)), IsEmpty()) << "its time begins with its room";
  session_.Stored("a", 100);
  EXPECT_THAT(session_.Pass(Duration::Seconds(10)), IsEmpty());
  EXPECT_THAT(session_.Pass(Duration::Seconds(1)), Contains("failed 1 stalled"));
}

TEST_F(PullIntoASink, EndsWhenTheSinkTakesNothing) {
  Begin(1000);
  session_.Pass(Duration::Seconds(25));
  session_.Binary(50);
  session_.Pass(Duration::Seconds(10));
  session_.Binary(10);
  EXPECT_THAT(session_.Pass(Duration::Millis(9'999)), IsEmpty());
  EXPECT_THAT(session_.Pass(Duration::Millis(1)), ElementsAre("send transfer-cancel a", "failed 1 store-failed"));
}

TEST_F(PullIntoASink, AwaitsNoSinkThatHasTakenAll) {
  Begin(1000);
  session_.Binary(50);
  session_.Stored("a", 50);
  EXPECT_THAT(session_.Pass(Duration::Seconds(29)), IsEmpty());
  EXPECT_THAT(session_.Pass(Duration::Seconds(1)), Contains("failed 1 stalled"));
}

TEST_F(PullIntoASink, IsDeliveredWhenTheSinkHasFinished) {
  Begin(60);
  EXPECT_THAT(session_.Binary(60), ElementsAre("store 1 0..60", "verify 1"));
  session_.Stored("a", 60);
  EXPECT_THAT(session_.Digest(1, "a"), ElementsAre("finish 1"));
  EXPECT_THAT(session_.Stored("a", 59), IsEmpty());
  EXPECT_THAT(session_.Stored("a", 60), ElementsAre("send transfer-done a", "deliver 1"));
  EXPECT_THAT(session_.Stored("a", 60), IsEmpty());
}

TEST_F(PullIntoASink, IsDeliveredWithoutAByteToo) {
  Begin(0);
  EXPECT_THAT(session_.Digest(1, "a"), ElementsAre("finish 1"));
  EXPECT_THAT(session_.Stored("a", 0), ElementsAre("send transfer-done a", "deliver 1"));
}

TEST_F(PullIntoASink, FailsWithWrongContentAndIsNotFinished) {
  Begin(60);
  session_.Binary(60);
  EXPECT_THAT(session_.Digest(1, "b"), ElementsAre("send transfer-cancel a", "failed 1 hash-mismatch"));
}

TEST_F(PullIntoASink, FailsWithItsSinkAtAnyMoment) {
  session_.Text(OfferText("a", 60));
  session_.PullInto(1, "a", 100);
  EXPECT_THAT(session_.SinkFailed("a"), ElementsAre("send transfer-cancel a", "failed 1 store-failed"));
  Begin(60);
  EXPECT_THAT(session_.SinkFailed("a"), ElementsAre("send transfer-cancel a", "failed 1 store-failed"));
  Begin(60);
  session_.Binary(60);
  EXPECT_THAT(session_.SinkFailed("a"), ElementsAre("send transfer-cancel a", "failed 1 store-failed"));
  Begin(60);
  session_.Binary(60);
  session_.Digest(1, "a");
  EXPECT_THAT(session_.SinkFailed("a"), ElementsAre("send transfer-cancel a", "failed 1 store-failed"));
  EXPECT_THAT(session_.SinkFailed("a"), IsEmpty());
}

TEST_F(PullIntoASink, MayTakeItsTimeForTheLastBytesAsLongAsItGoesOn) {
  Begin(60);
  session_.Binary(60);
  for (int taken = 10; taken <= 60; taken += 10) {
    EXPECT_THAT(session_.Pass(Duration::Seconds(29)), IsEmpty());
    session_.Stored("a", taken);
  }
  EXPECT_THAT(session_.Pass(Duration::Seconds(29)), IsEmpty());
  session_.Digest(1, "a");
  EXPECT_THAT(session_.Pass(Duration::Seconds(29)), IsEmpty());
  EXPECT_THAT(session_.Pass(Duration::Seconds(1)), Contains("failed 1 store-failed")) << "it does not finish";
}

TEST_F(PullIntoASink, NamesWhatWasNotInTimeAtTheEnd) {
  Begin(60);
  session_.Binary(60);
  session_.Stored("a", 59);
  EXPECT_THAT(session_.Pass(Duration::Seconds(30)), Contains("failed 1 store-failed"));
  Begin(60);
  session_.Binary(60);
  session_.Stored("a", 60);
  EXPECT_THAT(session_.Pass(Duration::Seconds(30)), Contains("failed 1 hash-failed"));
}

TEST_F(PullIntoASink, GoesOnOverAnotherChannelWithTheRoomThereIsThen) {
  Begin(1000);
  session_.Binary(90);
  session_.Stored("a", 30);
  session_.Lost();
  EXPECT_THAT(session_.Stored("a", 40), IsEmpty());
  EXPECT_THAT(session_.Meet(), Contains("send pull-request a from 90 to 140"));
  EXPECT_THAT(session_.Stored("a", 70), IsEmpty()) << "nothing of it runs yet";
  EXPECT_THAT(session_.Stored("a", 91), IsEmpty()) << "what is not here";
  EXPECT_THAT(session_.Text(MetaFrom("a", 1000, 90)), ElementsAre("authorize 1", "send credit a to 170"));
  session_.Authorization(1);
  EXPECT_THAT(session_.Binary(80), ElementsAre("store 1 90..170"));
  EXPECT_THAT(session_.Binary(1), Contains("failed 1 too-many-bytes"));
}

TEST_F(PullIntoASink, TakesNoBeginningTwice) {
  Begin(1000);
  session_.Binary(90);
  session_.Lost();
  session_.Meet();
  EXPECT_THAT(session_.Text(MetaText("a", 1000)), Contains("failed 1 invalid-metadata"));
}

TEST_F(PullIntoASink, IsNotFetchedOnceMoreWhenWhatWasResumedIsWrong) {
  Begin(100);
  session_.Binary(90);
  session_.Stored("a", 90);
  session_.Lost();
  session_.Meet();
  session_.Text(MetaFrom("a", 100, 90));
  session_.Authorization(1);
  session_.Binary(10);
  EXPECT_THAT(session_.Digest(1, "b"), ElementsAre("send transfer-cancel a", "failed 1 hash-mismatch"));
}

// --- What a sink has from before ---------------------------------------------------------------------------------------

class PullIntoASinkThatGoesOn : public PullIntoASink {
 protected:
  // Of the 100 bytes of "a" it has so many.
  void BeginAt(std::int64_t have) {
    session_.Text(OfferText("a", 100));
    session_.PullIntoUnopened(1, "a", 50);
    session_.Partial("a", have);
    session_.Text(MetaFrom("a", 100, have));
    session_.Authorization(1);
  }
};

TEST_F(PullIntoASinkThatGoesOn, IsOpenedBeforeThePeerIsAsked) {
  session_.Text(OfferText("a", 1000));
  EXPECT_THAT(session_.PullIntoUnopened(1, "a", 100), ElementsAre("find-partial 1 1000"));
  EXPECT_EQ(session_.LastOf<FindPartial>()[0].hash, HashOf("a"));
  EXPECT_THAT(session_.Partial("a", 600), ElementsAre("send pull-request a from 600 to 700"));
}

TEST_F(PullIntoASinkThatGoesOn, TakesTheRestAndHasRoomForWhatItTakes) {
  BeginAt(40);
  EXPECT_THAT(session_.Binary(50), ElementsAre("store 1 40..90"));
  EXPECT_EQ(session_.LastOf<StoreChunk>()[0].front, ByteCount(90));
  EXPECT_THAT(session_.Stored("a", 50), ElementsAre("send credit a to 100"));
  EXPECT_THAT(session_.Binary(10), ElementsAre("store 1 90..100", "verify 1"));
  session_.Stored("a", 100);
  session_.Digest(1, "a");
  EXPECT_THAT(session_.Stored("a", 100), ElementsAre("send transfer-done a", "deliver 1"));
}

TEST_F(PullIntoASinkThatGoesOn, IsBoundByTheRoomBehindWhatItHas) {
  BeginAt(40);
  EXPECT_THAT(session_.Binary(51), Contains("failed 1 too-many-bytes"));
}

TEST_F(PullIntoASinkThatGoesOn, OfWhatItHasWholeNeedsNothingButItsDescription) {
  session_.Text(OfferText("a", 100));
  session_.PullIntoUnopened(1, "a", 50);
  EXPECT_THAT(session_.Partial("a", 100), ElementsAre("send pull-request a from 100 to 100"));
  session_.Text(MetaFrom("a", 100, 100));
  EXPECT_THAT(session_.Authorization(1), ElementsAre("verify 1"));
  EXPECT_THAT(session_.Digest(1, "a"), ElementsAre("finish 1"));
  EXPECT_THAT(session_.Stored("a", 100), ElementsAre("send transfer-done a", "deliver 1"));
}

TEST_F(PullIntoASinkThatGoesOn, BeginsAnewOnceWhenItIsWrong) {
  BeginAt(90);
  session_.Binary(10);
  session_.Stored("a", 100);
  EXPECT_THAT(session_.Digest(1, "b"), ElementsAre("discard-partial 1", "send pull-request a to 50"));
  session_.Text(MetaText("a", 100));
  session_.Authorization(1);
  session_.Binary(50);
  EXPECT_THAT(session_.Stored("a", 50), ElementsAre("send credit a to 100"));
  session_.Binary(50);
  session_.Stored("a", 100);
  EXPECT_THAT(session_.Digest(1, "b"), ElementsAre("send transfer-cancel a", "failed 1 hash-mismatch"));
}

TEST_F(PullIntoASinkThatGoesOn, BeginsAnewWithAPeerThatDoesNotResume) {
  SessionDriver session(Polite());
  session.Open();
  session.Text(OfferText("a", 100));
  EXPECT_THAT(session.PullIntoUnopened(1, "a", 50), ElementsAre("find-partial 1 100")) << "there may be no room for it";
  EXPECT_THAT(session.Partial("a", 60), ElementsAre("discard-partial 1", "send pull-request a"));
  session.Text(MetaText("a", 100));
  session.Authorization(1);
  EXPECT_THAT(session.Binary(100), ElementsAre("store 1 0..100", "verify 1"));
}

TEST_F(PullIntoASinkThatGoesOn, BeginsAnewWithAContentThatHasNoName) {
  FileInfo file = FileOf("a", 100);
  file.hash.clear();
  session_.Text(wire::WriteOfferFile(file));
  EXPECT_THAT(session_.PullIntoUnopened(1, "a", 50), ElementsAre("find-partial 1 100"))
      << "there may be no room for it";
  EXPECT_EQ(session_.LastOf<FindPartial>()[0].hash, "");
  EXPECT_THAT(session_.Partial("a", 60), ElementsAre("discard-partial 1", "send pull-request a to 50"));
}

TEST_F(PullIntoASinkThatGoesOn, IsGivenNothingThatBeginsElsewhere) {
  for (const std::int64_t offset : {0, 59, 61}) {
    SessionDriver session(Polite());
    session.Meet();
    session.Text(OfferText("a", 100));
    session.PullIntoUnopened(1, "a", 50);
    session.Partial("a", 60);
    EXPECT_THAT(session.Text(MetaFrom("a", 100, offset)), Contains("failed 1 invalid-metadata"));
  }
}

TEST_F(PullIntoASinkThatGoesOn, FailsWhenItIsNotOpenedInTimeAndMayBePulledLater) {
  session_.Text(OfferText("a", 100));
  session_.PullIntoUnopened(1, "a", 50);
  EXPECT_THAT(session_.Pass(Duration::Millis(9'999)), IsEmpty());
  EXPECT_THAT(session_.Pass(Duration::Millis(1)), ElementsAre("failed 1 store-failed"))
      << "the peer has not been asked, and is told nothing";
  EXPECT_THAT(session_.PullInto(2, "a", 50), ElementsAre("send pull-request a to 50"));
}

TEST_F(PullIntoASinkThatGoesOn, FailsWithoutRoomAndMayBePulledLater) {
  session_.Text(OfferText("a", 100));
  session_.PullIntoUnopened(1, "a", 50);
  EXPECT_THAT(session_.SinkFailed("a"), ElementsAre("failed 1 store-failed"));
  EXPECT_THAT(session_.Partial("a", 10), IsEmpty());
  session_.PullInto(2, "a", 50);
  EXPECT_THAT(session_.Text(MetaText("a", 100)), ElementsAre("authorize 2"));
  session_.Authorization(2);
  EXPECT_THAT(session_.Binary(50), ElementsAre("store 2 0..50"));
}

TEST_F(PullIntoASinkThatGoesOn, KeepsWhatItHasTakenWhenOnlyTheWayWasAtFault) {
  Begin(1000);
  session_.Binary(90);
  session_.Stored("a", 70);
  session_.ChannelClosed();
  ASSERT_EQ(session_.LastOf<DownloadEnded>().size(), 1U);
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].kept, ByteCount(70));
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].hash, HashOf("a"));
}

TEST_F(PullIntoASinkThatGoesOn, KeepsWhatItHasEvenIfNothingMoreComes) {
  session_.Text(OfferText("a", 100));
  session_.PullIntoUnopened(1, "a", 50);
  session_.Partial("a", 60);
  session_.Close();
  ASSERT_EQ(session_.LastOf<DownloadEnded>().size(), 1U);
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].kept, ByteCount(60));
}

TEST_F(PullIntoASinkThatGoesOn, KeepsNothingThatIsNotWantedOrWrong) {
  BeginAt(40);
  session_.CancelPull("a");
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].kept, ByteCount());
  BeginAt(40);
  session_.SinkFailed("a");
  EXPECT_EQ(session_.LastOf<DownloadEnded>()[0].kept, ByteCount());
}

// -----------------------------------------------------------------------------------------------------------------------

TEST_F(PullIntoASink, HoldsUpNoOtherFileByItsSize) {
  Options options = Polite();
  options.limits.max_file_size = ByteCount::MiB(1000);
  SessionDriver session(options);
  session.Meet();
  constexpr std::int64_t kSize = std::int64_t{100} * 1024 * 1024;
  for (const std::uint32_t key : {1U, 2U}) {
    const std::string id = "large" + std::to_string(key);
    session.Text(OfferText(id, kSize));
    session.PullInto(key, id, kSize);
    session.Text(MetaText(id, kSize));
    session.Authorization(key);
    session.Binary(kSize - 1);
    session.Stored(id, kSize - 1);
    EXPECT_THAT(session.Binary(1), Contains("verify " + std::to_string(key)));
  }
}

TEST_F(PullIntoASink, BoundsWhatWaitsOfAPeerThatKnowsNoRoom) {
  Options options = Polite();
  options.limits.max_unverified = ByteCount(1000);
  SessionDriver session(options);
  session.Open();
  BeginPullInto(session, 5000, 100);
  session.Binary(1000);
  session.Stored("a", 500);
  EXPECT_THAT(session.Binary(500), ElementsAre("store 1 1000..1500"));
  EXPECT_THAT(session.Binary(1), Contains("failed 1 receiver-overloaded"));
}

TEST_F(PullIntoASink, SaysWhatTheChannelHadNoRoomForWhenItHasDrained) {
  Options options = Polite();
  options.limits.max_outbox = ByteCount(1);
  SessionDriver session(options);
  session.Meet();
  BeginPullInto(session, 1000, 100);
  session.Binary(100);
  session.Buffered(9 * 1024 * 1024);
  session.RequestFile(HashOf("another"));
  EXPECT_THAT(session.Stored("a", 100), Not(Contains("send credit a to 200")));
  EXPECT_THAT(session.Buffered(0), Contains("send credit a to 200"));
}

// --- Beyond 2^32 ----------------------------------------------------------------------------------------------------

TEST(RoomOfASink, IsCountedBeyondAllThirtyTwoBits) {
  constexpr std::int64_t kHuge = std::int64_t{5} << 40;
  SessionDriver session([] {
    Options options = Polite();
    options.limits.max_file_size = ByteCount(kHuge);
    return options;
  }());
  session.Meet();
  session.Text(OfferText("a", kHuge));
  constexpr std::int64_t kRoom = std::int64_t{1} << 33;
  EXPECT_THAT(session.PullInto(1, "a", kRoom), ElementsAre("send pull-request a to 8589934592"));
  session.Text(MetaText("a", kHuge));
  session.Authorization(1);
  EXPECT_THAT(session.Binary(kRoom), ElementsAre("store 1 0..8589934592"));
  EXPECT_THAT(session.Stored("a", 65'535), IsEmpty());
  EXPECT_THAT(session.Stored("a", 65'536), ElementsAre("send credit a to 8590000128"))
      << "a slow sink ends no transfer";
  EXPECT_THAT(session.Stored("a", kRoom / 4), ElementsAre("send credit a to 10737418240"));
  session.Lost();
  EXPECT_THAT(session.Meet(), Contains("send pull-request a from 8589934592 to 10737418240"));
}

TEST(RoomOfASink, IsNoLongerThanTheFile) {
  constexpr ByteCount kLongest((std::int64_t{1} << 53) - 1);
  Room room(kLongest);
  room.Begin(kLongest);
  EXPECT_EQ(room.said(), kLongest);
  EXPECT_TRUE(room.Take(kLongest, kLongest));
  EXPECT_EQ(room.NewCredit(kLongest), kNoCredit);
}

TEST(RoomOfASink, OfAByteIsSaidByteByByte) {
  Room room(ByteCount(1));
  room.Begin(ByteCount(3));
  EXPECT_EQ(room.NewCredit(ByteCount(3)), kNoCredit);
  EXPECT_TRUE(room.Take(ByteCount(1), ByteCount(1)));
  EXPECT_EQ(room.NewCredit(ByteCount(3)), ByteCount(2));
}

TEST(LongestTransferOf, AFileGrowsWithItsSize) {
  const Timeouts timeouts;
  EXPECT_EQ(LongestTransfer(timeouts, ByteCount()), Duration::Minutes(60));
  EXPECT_EQ(LongestTransfer(timeouts, ByteCount::MiB(15)), Duration::Minutes(60));
  EXPECT_EQ(LongestTransfer(timeouts, ByteCount::MiB(30)), Duration::Minutes(120));
  EXPECT_EQ(LongestTransfer(timeouts, ByteCount::MiB(15 * 1024)), Duration::Minutes(60 * 1024));
  Timeouts endless;
  endless.transfer = Duration::Micros(std::int64_t{1} << 60);
  EXPECT_GT(Timestamp::FromMicros(1'000'000'000'000) + LongestTransfer(endless, ByteCount(std::int64_t{1} << 53)),
            Timestamp());
}

}  // namespace
}  // namespace peer_session::testing
