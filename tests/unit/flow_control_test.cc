// Flow control: by what the channel still holds; never by polling.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "support/session_driver.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kMiB = 1 << 20;

TEST(FlowControl, StopsAtTheHighMarkAndWaitsForTheLowOne) {
  SessionDriver peer;
  peer.Open(65536);
  peer.BeginUpload(1, "a", 3 * kMiB);
  peer.BlockReady(1);
  EXPECT_THAT(peer.Buffered(65536), ElementsAre("bytes 1 65536..1048576 by 65536", "await-low 524288"));
}

TEST(FlowControl, TheFirstMessageOfAFileGoesAloneAndWaitsForNothingButItsTurn) {
  SessionDriver peer;
  peer.Open(65536);
  peer.BeginUpload(1, "a", 3 * kMiB);
  peer.Buffered(1000);
  // Already reached: what the channel holds then is those 1000 bytes, `meta`, the one message and a ping.
  const std::int64_t meta = 172;
  const std::int64_t ping = 15;
  EXPECT_THAT(peer.BlockReady(1), ElementsAre("send meta a", "bytes 1 0..65536 by 65536", "send ping",
                                              "await-low " + std::to_string(1000 + meta + 65536 + ping)));
}

TEST(FlowControl, RefillsBeforeTheChannelIsEmpty) {
  SessionDriver peer;
  peer.Open(65536);
  peer.BeginUpload(1, "a", 3 * kMiB);
  peer.BlockReady(1);
  peer.Buffered(65536);
  EXPECT_THAT(peer.Buffered(kMiB / 2), ElementsAre("bytes 1 1048576..1572864 by 65536", "await-low 524288"));
}

TEST(FlowControl, StopsAtTheChannelsLimitWhateverTheHighMark) {
  Options options;
  options.pacing.high_water = ByteCount::MiB(32);
  options.pacing.low_water = ByteCount::MiB(16);
  options.pacing.block = ByteCount::MiB(32);
  options.limits.max_file_size = ByteCount::MiB(32);
  SessionDriver peer(WideWindow(options));
  peer.Open(65536);
  peer.BeginUpload(1, "a", 32 * kMiB);
  peer.BlockReady(1);
  EXPECT_THAT(peer.Buffered(0), ElementsAre("bytes 1 65536..8454144 by 65536", "await-low 8388607"));
}

TEST(FlowControl, HandsOverNothingWhileTheChannelIsFull) {
  SessionDriver peer;
  peer.Open(65536);
  peer.BeginUpload(1, "a", 3 * kMiB);
  peer.Buffered(kMiB);
  EXPECT_THAT(peer.BlockReady(1), ElementsAre("await-low 524288"));
  EXPECT_THAT(peer.Buffered(kMiB), IsEmpty()) << "the wait goes on";
  EXPECT_THAT(peer.Buffered(524'289), Contains("bytes 1 0..65536 by 65536"))
      << "told of room before the event, it is used";
}

TEST(FlowControl, TakesAChannelThatSaysItHoldsMoreThanAnyCanForAFullOne) {
  for (const std::int64_t buffered : {std::int64_t{1} << 53, std::numeric_limits<std::int64_t>::max() - 511,
                                      std::numeric_limits<std::int64_t>::max()}) {
    SessionDriver peer;
    peer.Open();
    peer.Buffered(buffered);
    ASSERT_THAT(peer.Offer(1, "a", 1000), ElementsAre("await-low 524288")) << buffered;
    peer.Offer(2, "b", 1000);
    EXPECT_THAT(peer.Text(PullText("a")), ElementsAre("read 1 0..1000")) << buffered;
    EXPECT_THAT(peer.BlockReady(1), IsEmpty()) << buffered;
    EXPECT_THAT(peer.Buffered(0), Contains("send offer-file b")) << buffered;
  }
}

TEST(FlowControl, NeedsNoTimer) {
  SessionDriver peer;
  peer.Open(65536);
  peer.BeginUpload(1, "a", 3 * kMiB);
  peer.BlockReady(1);
  EXPECT_EQ(peer.MillisToDeadline(), -1);
  EXPECT_THAT(peer.Pass(Duration::Minutes(60)), IsEmpty());
}

TEST(FlowControl, AWaitEndsWhenTheSessionIsClosed) {
  SessionDriver peer;
  peer.Open(65536);
  peer.BeginUpload(1, "a", 3 * kMiB);
  peer.BlockReady(1);
  EXPECT_THAT(peer.Close(), ElementsAre("upload 1 closed", "closed closed"));
}

TEST(FlowControl, AWaitEndsWhenTheChannelFails) {
  SessionDriver peer;
  peer.Open(65536);
  peer.BeginUpload(1, "a", 3 * kMiB);
  peer.BlockReady(1);
  EXPECT_THAT(peer.ChannelClosed(Reason::kChannelError), ElementsAre("upload 1 channel-error", "closed channel-error"));
}

TEST(FlowControl, UsesMessagesThatThePeerTakes) {
  SessionDriver peer;
  peer.Open(1000);
  peer.BeginUpload(1, "a", 2500);
  EXPECT_THAT(peer.BlockReady(1), Contains("bytes 1 0..1000 by 1000"));
  EXPECT_THAT(peer.Buffered(0), ElementsAre("bytes 1 1000..2500 by 1000", "await-low 0"));
}

TEST(FlowControl, NeverExceedsWhatBrowsersTakeInOneMessage) {
  SessionDriver peer;
  peer.Open(std::int64_t{1} << 40);
  peer.BeginUpload(1, "a", 10);
  EXPECT_THAT(peer.BlockReady(1), Contains("bytes 1 0..10 by 262144"));
}

TEST(FlowControl, TakesSixtyFourKibibytesWhenTheConnectionDoesNotSay) {
  for (const std::int64_t unknown : {0, -1}) {
    SessionDriver peer;
    peer.Open(unknown);
    peer.BeginUpload(1, "a", 10);
    EXPECT_THAT(peer.BlockReady(1), Contains("bytes 1 0..10 by 65536"));
  }
}

TEST(FlowControl, TextGoesOutAtOnceWhileFilesWait) {
  SessionDriver peer;
  peer.Open(65536);
  peer.BeginUpload(1, "a", 3 * kMiB);
  peer.BlockReady(1);
  EXPECT_THAT(peer.Offer(2, "b", 10), ElementsAre("send offer-file b"));
  EXPECT_EQ(peer.stats().outbox, ByteCount());
}

TEST(FlowControl, TextWaitsInOrderWhenTheChannelIsFull) {
  SessionDriver peer;
  peer.Open(65536);
  peer.Buffered(8 * kMiB);
  EXPECT_THAT(peer.Offer(1, "a", 10), ElementsAre("await-low 524288"));
  EXPECT_THAT(peer.Pull(2, "b"), IsEmpty());
  EXPECT_GT(peer.stats().outbox, ByteCount());
  EXPECT_THAT(peer.Buffered(0), ElementsAre("send offer-file a", "send pull-request b", "await-low 0"));
  EXPECT_EQ(peer.stats().outbox, ByteCount());
}

TEST(FlowControl, ShortTextDoesNotOvertakeLongTextThatWaits) {
  SessionDriver peer;
  peer.Open(65536);
  peer.Buffered(8 * kMiB - 60);
  EXPECT_THAT(peer.Offer(1, "a", 10), ElementsAre("await-low 524288"));
  EXPECT_THAT(peer.Pull(2, "b"), IsEmpty());
  EXPECT_THAT(peer.Buffered(0), ElementsAre("send offer-file a", "send pull-request b", "await-low 0"));
}

TEST(FlowControl, FileBytesWaitBehindTextThatWaits) {
  SessionDriver peer;
  peer.Open(65536);
  peer.BeginUpload(1, "a", 10);
  peer.Buffered(8 * kMiB);
  peer.Offer(2, "b", 10);
  peer.BlockReady(1);
  EXPECT_THAT(peer.Buffered(0),
              ElementsAre("send offer-file b", "send meta a", "bytes 1 0..10 by 65536", "await-low 0"));
}

TEST(FlowControl, AFullOutboxRefusesInsteadOfGrowing) {
  Options options;
  options.limits.max_outbox = ByteCount(420);
  SessionDriver peer(options);
  peer.Open(65536);
  peer.Buffered(8 * kMiB);
  peer.Offer(1, "a", 10);
  peer.Offer(2, "b", 10);
  EXPECT_THAT(peer.Offer(3, "c", 10), ElementsAre("upload 3 channel-full"));
  EXPECT_THAT(peer.Pull(4, "d"), IsEmpty());
  EXPECT_THAT(peer.Pull(5, "e"), ElementsAre("failed 5 channel-full"));
  EXPECT_LE(peer.stats().outbox, ByteCount(420));
}

TEST(FlowControl, APeerThatPullsAndNeverReadsHoldsOneWindow) {
  SessionDriver peer;
  peer.Open(262144);
  std::int64_t sent = 0;
  std::int64_t read = 0;
  const auto count = [&] {
    for (const SendBytes& bytes : peer.LastOf<SendBytes>()) sent += bytes.length.value();
    for (const ReadBlock& block : peer.LastOf<ReadBlock>()) read += block.length.value();
  };
  for (std::uint32_t key = 1; key <= 50; ++key) {
    peer.BeginUpload(key, "t" + std::to_string(key), 15 * kMiB);
    count();
  }
  for (int round = 0; round < 100; ++round) {
    peer.BlockReady(1);
    count();
    peer.Buffered(sent);
    count();
  }
  EXPECT_LE(sent, kMiB + 262144);
  EXPECT_LE(read - sent, 8 * kMiB);
}

TEST(FlowControl, AnEmptyOutboxTakesAnyMessageSoThatNoFileGoesWithoutItsMeta) {
  Options options;
  options.pacing.max_buffered = ByteCount(300);
  options.pacing.high_water = ByteCount(300);
  options.limits.max_outbox = ByteCount(100);
  SessionDriver peer(options);
  peer.Open();
  peer.Offer(1, "a", 10);
  peer.Buffered(200);
  peer.Text(PullText("a"));
  EXPECT_THAT(peer.BlockReady(1), ElementsAre("await-low 133"));
  EXPECT_THAT(peer.Buffered(133), ElementsAre("send meta a", "await-low 299"));
  EXPECT_THAT(peer.Buffered(0), ElementsAre("bytes 1 0..10 by 16384", "await-low 0"));
}

TEST(FlowControl, AMetaThatHasToWaitAsksForRoomAndNotForATurn) {
  Options options;
  options.pacing.max_buffered = ByteCount(300);
  options.pacing.high_water = ByteCount(300);
  SessionDriver peer(options);
  peer.Open();
  peer.Offer(1, "a", 10);
  peer.Buffered(200);
  peer.Text(PullText("a"));
  // A level that is reached already would end the wait at once, and nothing could be done then.
  EXPECT_THAT(peer.BlockReady(1), ElementsAre("await-low 133"));
}

}  // namespace
}  // namespace peer_session::testing
