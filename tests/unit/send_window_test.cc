// How much waits in the channel: little on a slow path, so that what follows is heard soon, and enough on a fast one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "support/session_driver.h"

namespace peer_session::testing {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::int64_t kKiB = 1024;
constexpr std::int64_t kMiB = 1 << 20;

// A peer that has pulled a file without end, over a channel that sends at one rate.
class Path {
 public:
  explicit Path(std::int64_t bytes_per_second, const Options& options = {}, std::int64_t max_message = 256 * kKiB)
      : peer_(options), rate_(bytes_per_second) {
    peer_.Open(max_message);
    peer_.BeginUpload(1, "a", 1 << 30);
    Take(peer_.BlockReady(1));
  }

  void SetRate(std::int64_t bytes_per_second) { rate_ = bytes_per_second; }

  // Ends when the channel is as low as it was asked to say, and returns what it holds after the answer.
  std::int64_t DrainToTheMark() { return DrainTo(mark_); }
  std::int64_t DrainTo(std::int64_t level) {
    peer_.Sleep(Duration::Micros(std::max<std::int64_t>(held_ - level, 0) * 1'000'000 / rate_));
    return Hear(std::min(held_, level));
  }
  std::int64_t Hear(std::int64_t held) {
    held_ = held;
    Take(peer_.Buffered(held_));
    return held_;
  }
  // Until nothing grows or shrinks any more.
  std::int64_t Settle() {
    std::int64_t most = 0;
    for (int i = 0; i < 40; ++i) DrainToTheMark();
    for (int i = 0; i < 10; ++i) most = std::max(most, DrainToTheMark());
    return most;
  }
  void Sleep(Duration span) { peer_.Sleep(span); }

  std::int64_t held() const { return held_; }
  std::int64_t mark() const { return mark_; }
  std::int64_t message() const { return message_; }

 private:
  void Take(const Lines&) {
    // By value: reading a block replaces what came last.
    const std::vector<Action> actions = peer_.last();
    for (const Action& action : actions) {
      if (const auto* bytes = std::get_if<SendBytes>(&action)) {
        held_ += bytes->length.value();
        message_ = bytes->message_size.value();
      } else if (const auto* text = std::get_if<SendText>(&action)) {
        held_ += static_cast<std::int64_t>(text->text.size());
      } else if (const auto* await = std::get_if<AwaitLow>(&action)) {
        mark_ = await->threshold.value();
      }
    }
    for (const Action& action : actions) {
      if (std::holds_alternative<ReadBlock>(action)) Take(peer_.BlockReady(1));
    }
  }

  SessionDriver peer_;
  std::int64_t rate_;
  std::int64_t held_ = 0;
  std::int64_t mark_ = 0;
  std::int64_t message_ = 0;
};

TEST(SendWindow, BeginsWithThirtyTwoKibibytesInMessagesOfSixteen) {
  SessionDriver peer(Options{});
  peer.Open(256 * kKiB);
  peer.BeginUpload(1, "a", 3 * kMiB);
  EXPECT_THAT(peer.BlockReady(1), Contains("bytes 1 0..16384 by 16384"));
  EXPECT_THAT(peer.Buffered(16384), ElementsAre("bytes 1 16384..32768 by 16384", "await-low 16384"));
}

TEST(SendWindow, DoublesEachTimeThatTheChannelEmptiesItAtOnce) {
  Path path(10'000'000);
  path.DrainTo(path.held());
  ASSERT_EQ(path.held() / kKiB, 32);
  for (const std::int64_t expected : {64, 128, 256, 512, 1024}) {
    path.DrainToTheMark();
    EXPECT_EQ(path.held() / kKiB, expected);
    EXPECT_EQ(path.mark() / kKiB, expected / 2);
    EXPECT_EQ(path.message() / kKiB, expected / 4);
  }
  path.DrainToTheMark();
  EXPECT_EQ(path.held() / kKiB, 1024) << "as configured, and no more";
  EXPECT_EQ(path.message() / kKiB, 256);
}

TEST(SendWindow, HoldsWhatAPathSendsInLessThanHalfASecond) {
  for (const std::int64_t rate : {300'000, 625'000, 1'250'000, 2'000'000}) {
    Path path(rate);
    const std::int64_t held = path.Settle();
    EXPECT_LE(held * 1000 / rate, 500) << rate << " bytes a second";
    EXPECT_GE(held * 1000 / rate, 150) << rate
                                       << " bytes a second: a page that is busy for a moment leaves it not empty";
  }
}

TEST(SendWindow, IsNoSmallerThanThirtyTwoKibibytesHoweverSlowThePath) {
  for (const std::int64_t rate : {1000, 12'500, 100'000}) {
    Path path(rate);
    EXPECT_EQ(path.Settle() / kKiB, 32) << rate << " bytes a second";
    EXPECT_EQ(path.message() / kKiB, 16);
  }
}

TEST(SendWindow, FollowsAPathThatBecomesSlower) {
  Path path(10'000'000);
  ASSERT_EQ(path.Settle() / kKiB, 1024);
  path.SetRate(1'000'000);
  path.DrainToTheMark();
  path.DrainToTheMark();
  EXPECT_LE(path.held(), 400'000);
  path.SetRate(10'000);
  path.DrainToTheMark();
  path.DrainToTheMark();
  EXPECT_EQ(path.held() / kKiB, 32);
}

TEST(SendWindow, FollowsAPathThatRecovers) {
  Path path(10'000);
  ASSERT_EQ(path.Settle() / kKiB, 32);
  path.SetRate(10'000'000);
  EXPECT_EQ(path.Settle() / kKiB, 1024);
}

TEST(SendWindow, IsNotBlamedForABusyPage) {
  Path path(10'000'000);
  ASSERT_EQ(path.Settle() / kKiB, 1024);
  path.Sleep(Duration::Seconds(3));
  EXPECT_EQ(path.Hear(0) / kKiB, 1024) << "empty when it was looked at: it may have been so for long";
}

TEST(SendWindow, LearnsNothingFromTheTimeBetweenFiles) {
  SessionDriver peer(Options{});
  peer.Open(256 * kKiB);
  peer.BeginUpload(1, "a", 64 * kKiB);
  peer.BlockReady(1);
  peer.Buffered(0);
  peer.Buffered(0);
  peer.Sleep(Duration::Seconds(60));
  peer.BeginUpload(2, "b", 3 * kMiB);
  peer.BlockReady(2);
  peer.Buffered(0);
  peer.Sleep(Duration::Millis(5));
  EXPECT_THAT(peer.Buffered(32 * kKiB), Contains(HasSubstr("by 65536"))) << "the minute does not count";
}

TEST(SendWindow, IsNoMoreThanTheHighMarkThatWasAskedFor) {
  Options options;
  options.pacing.high_water = ByteCount::KiB(100);
  options.pacing.low_water = ByteCount::KiB(20);
  Path path(10'000'000, options);
  path.Settle();
  EXPECT_LE(path.held(), 100 * kKiB + path.message());
  EXPECT_EQ(path.mark() / kKiB, 20);
}

TEST(SendWindow, IsFilledWithFewMessagesHoweverSmallTheyAre) {
  Options options;
  options.pacing.high_water = ByteCount::MiB(8);
  Path path(100'000'000, options, 400);
  path.Settle();
  EXPECT_EQ(path.message(), 400);
  EXPECT_LE(path.held(), 4097 * 400);
}

}  // namespace
}  // namespace peer_session::testing
