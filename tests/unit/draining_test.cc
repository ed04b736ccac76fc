// The end of an upload: when its last byte has left the channel's buffer, and not before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::int64_t kMiB = 1 << 20;

// An upload of ten bytes that was handed to the channel whole; returns what the channel then holds.
std::int64_t HandOver(SessionDriver& peer, std::uint32_t key, const std::string& id) {
  std::int64_t held = 0;
  const auto count = [&] {
    for (const SendText& text : peer.LastOf<SendText>()) held += static_cast<std::int64_t>(text.text.size());
    for (const SendBytes& bytes : peer.LastOf<SendBytes>()) held += bytes.length.value();
  };
  peer.Offer(key, id, 10);
  count();
  peer.Text(PullText(id));
  count();
  peer.BlockReady(key);
  count();
  return held;
}

TEST(Draining, EndsAnUploadOnceItsLastByteHasLeft) {
  SessionDriver peer;
  peer.Open();
  const std::int64_t held = HandOver(peer, 1, "a");
  EXPECT_THAT(peer.Buffered(held), IsEmpty());
  EXPECT_THAT(peer.Buffered(1), IsEmpty());
  EXPECT_THAT(peer.Buffered(0), ElementsAre("upload 1 done"));
  EXPECT_THAT(peer.Buffered(0), IsEmpty());
}

TEST(Draining, OfWhatWasHandedOverLaterIsNotWaitedFor) {
  SessionDriver peer;
  peer.Open();
  HandOver(peer, 1, "a");
  const std::int64_t later = HandOver(peer, 2, "b");
  EXPECT_THAT(peer.Buffered(later + 1), IsEmpty());
  EXPECT_THAT(peer.Buffered(later), Contains("upload 1 done"));
  EXPECT_THAT(peer.last(),
              Not(Contains(::testing::VariantWith<UploadEnded>(::testing::Field(&UploadEnded::transfer, Key(2))))));
}

TEST(Draining, IsWaitedForAlsoWhenNothingElseIsToBeSent) {
  SessionDriver peer;
  peer.Open();
  peer.BeginUpload(1, "a", 10);
  peer.BlockReady(1);
  EXPECT_THAT(peer.LastOf<AwaitLow>(), ::testing::SizeIs(1));
}

TEST(Draining, IsNotAwaitedAnewWithEachText) {
  SessionDriver peer;
  peer.Open();
  const std::int64_t held = HandOver(peer, 1, "a");
  peer.Buffered(held);
  std::size_t awaited = 0;
  for (std::uint32_t key = 2; key < 100; ++key) {
    awaited += peer.Offer(key, "t" + std::to_string(key), 1).size() - 1;
  }
  EXPECT_LE(awaited, 2U) << "they are 17 KiB, and each comes with its offer and no more";
}

TEST(Draining, OfAFileIsToldThoughAnotherLiesBehindIt) {
  SessionDriver peer;
  peer.Open();
  HandOver(peer, 1, "a");
  peer.BeginUpload(2, "b", 10'000);
  peer.BlockReady(2);
  ASSERT_THAT(peer.LastOf<AwaitLow>(), ::testing::SizeIs(1));
  EXPECT_GE(peer.LastOf<AwaitLow>().front().threshold, ByteCount(10'000)) << "the first has left then";
}

TEST(Draining, ThatTheSessionsEndCutsShortIsSaid) {
  SessionDriver peer;
  peer.Open();
  HandOver(peer, 1, "a");
  const std::int64_t later = HandOver(peer, 2, "b");
  peer.Buffered(later + 1);
  EXPECT_THAT(peer.Close(), ElementsAre("upload 1 closed", "upload 2 closed", "closed closed"));
}

TEST(Draining, ThatIsToldOnlyWithTheEndStillCounts) {
  for (const bool by_peer : {false, true}) {
    SessionDriver peer;
    peer.Open();
    HandOver(peer, 1, "a");
    const ByteCount later(HandOver(peer, 2, "b"));
    peer.BeginUpload(3, "c", 10);
    EXPECT_THAT(by_peer ? peer.ChannelClosed(Reason::kClosed, later) : peer.Close(later),
                ElementsAre("upload 1 done", "upload 2 closed", "upload 3 closed", "closed closed"))
        << "and nothing is sent for it";
  }
}

TEST(Draining, OfAChannelThatSomebodyElseFillsIsNotOurs) {
  SessionDriver peer;
  peer.Open();
  HandOver(peer, 1, "a");
  EXPECT_THAT(peer.Buffered(5 * kMiB), Not(Contains("upload 1 done")));
  EXPECT_THAT(peer.Buffered(0), Contains("upload 1 done"));
}

// What validation lets through, and what a caller of the engine may set beside it.
class AnyMarks : public ::testing::TestWithParam<std::tuple<std::int64_t, std::int64_t, std::int64_t>> {};

TEST_P(AnyMarks, NeverWaitForALevelThatIsReachedAndOpensNothing) {
  const auto [high, low, most] = GetParam();
  Options options;
  options.pacing.high_water = ByteCount(high);
  options.pacing.low_water = ByteCount(low);
  options.pacing.max_buffered = ByteCount(most);
  SessionDriver peer(options);
  peer.Open(65536);
  peer.BeginUpload(1, "a", 15 * kMiB);
  std::uint32_t key = 1;
  for (const std::int64_t before :
       {std::int64_t{0}, std::int64_t{1}, low - 1, low, low + 1, high - 1, high, most - 1, most, most + 1, 20 * kMiB}) {
    peer.Buffered(before);
    ++key;
    peer.Offer(key, "t" + std::to_string(key), 1);
    peer.Buffered(before);
    peer.BlockReady(1);
    const std::vector<AwaitLow> awaited = peer.LastOf<AwaitLow>();
    if (awaited.empty()) continue;
    // The caller finds the level reached, says so, and something must come of it.
    const std::int64_t level = awaited.back().threshold.value();
    std::int64_t buffered = level;
    int idle = 0;
    for (int turn = 0; turn < 100 && idle < 2; ++turn) {
      peer.Buffered(buffered);
      const bool waits_again = !peer.LastOf<AwaitLow>().empty();
      const bool does_something = !peer.LastOf<SendBytes>().empty() || !peer.LastOf<SendText>().empty();
      ASSERT_FALSE(waits_again && !does_something && peer.LastOf<AwaitLow>().back().threshold.value() >= buffered)
          << "a wait for " << level << " that is over before it begins and opens nothing";
      for (const SendBytes& bytes : peer.LastOf<SendBytes>()) buffered += bytes.length.value();
      for (const SendText& text : peer.LastOf<SendText>()) buffered += static_cast<std::int64_t>(text.text.size());
      idle = does_something ? 0 : idle + 1;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Draining, AnyMarks,
                         ::testing::Values(std::tuple{32 * kMiB, 16 * kMiB, 8 * kMiB},
                                           std::tuple{8 * kMiB, 8 * kMiB - 1, 8 * kMiB},
                                           std::tuple{std::int64_t{1}, std::int64_t{1}, 8 * kMiB},
                                           std::tuple{std::int64_t{1}, std::int64_t{0}, std::int64_t{1}},
                                           std::tuple{kMiB, kMiB, kMiB}, std::tuple{kMiB, 2 * kMiB, 8 * kMiB},
                                           std::tuple{std::int64_t{0}, std::int64_t{0}, std::int64_t{0}},
                                           std::tuple{std::int64_t{-5}, std::int64_t{-9}, std::int64_t{-1}}));

TEST(Draining, OfALongTextIsAwaitedWhereItFits) {
  Options options;
  options.pacing.max_buffered = ByteCount(600);
  SessionDriver peer(options);
  peer.Open();
  peer.Buffered(100);
  // Two offers fit beside what is there, and a third one only into a channel that holds at most one.
  for (std::uint32_t key = 1; key <= 3; ++key) peer.Offer(key, std::to_string(key), 1);
  ASSERT_GT(peer.stats().outbox, ByteCount());
  const std::int64_t waiting = peer.stats().outbox.value();
  ASSERT_EQ(peer.LastOf<AwaitLow>().size(), 1U);
  EXPECT_LE(peer.LastOf<AwaitLow>()[0].threshold.value(), 600 - waiting);
  EXPECT_THAT(peer.Buffered(600 - waiting), ElementsAre("send offer-file 3"));
}

// A channel that takes no more than `most` at once and holds `held`, so that a `meta` has to wait in the outbox.
Options Narrow(std::int64_t most) {
  Options options;
  options.pacing.max_buffered = ByteCount(most);
  options.pacing.high_water = ByteCount(most);
  return options;
}

TEST(Draining, IsAwaitedToTheLastByteForATextThatIsLongerThanTheChannelsLimit) {
  SessionDriver peer(Narrow(100));
  peer.Open();
  peer.Buffered(1);
  EXPECT_THAT(peer.Offer(1, "a", 10), ElementsAre("await-low 0"));
  EXPECT_THAT(peer.Buffered(0), ElementsAre("send offer-file a"));
}

TEST(Draining, OfAnEmptyFileIsThatOfItsMetaWhichMayWaitItself) {
  SessionDriver peer(Narrow(300));
  peer.Open();
  peer.Offer(1, "a", 0);
  peer.Buffered(200);
  EXPECT_THAT(peer.Text(PullText("a")), ElementsAre("await-low 134"));
  EXPECT_THAT(peer.Buffered(134), ElementsAre("send meta a", "await-low 0")) << "it is only now handed to the channel";
  EXPECT_THAT(peer.Buffered(0), ElementsAre("upload 1 done"));
}

TEST(Draining, OfAnEmptyFileWhoseMetaStillWaitsEndsWithTheSession) {
  SessionDriver peer(Narrow(300));
  peer.Open();
  peer.Offer(1, "a", 0);
  peer.Buffered(200);
  peer.Text(PullText("a"));
  EXPECT_THAT(peer.Close(ByteCount(0)), ElementsAre("upload 1 closed", "closed closed"));
}

}  // namespace
}  // namespace peer_session::testing
