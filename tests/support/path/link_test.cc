#include "link.h"

#include <gtest/gtest.h>

#include <vector>

namespace path_emulator {
namespace {

// At 8 Mbit/s a byte takes a microsecond.
constexpr std::int64_t kByteInMicrosecond = 8'000'000;

class LinkTest : public testing::Test {
 protected:
  Nanoseconds DueAt(Nanoseconds arrival, std::int64_t bytes) {
    const Verdict verdict = link_.Take(arrival, bytes);
    EXPECT_EQ(verdict.fate, Fate::kWaiting);
    return verdict.due;
  }

  std::vector<bool> Lost(int packets) {
    std::vector<bool> lost;
    for (int i = 0; i < packets; i += 1) lost.push_back(link_.Take(i * kMillisecond, 1000).fate == Fate::kLost);
    return lost;
  }

  Link link_{1, 0};
};

TEST_F(LinkTest, APlainLinkPassesAtOnce) { EXPECT_EQ(DueAt(5 * kMillisecond, 1000), 5 * kMillisecond); }

TEST_F(LinkTest, DelayIsAddedToTheNanosecond) {
  link_.settings.delay = 25 * kMillisecond + 1;
  EXPECT_EQ(DueAt(10, 1000), 25 * kMillisecond + 11);
}

TEST_F(LinkTest, PacketsLeaveTheBottleneckOneAfterTheOther) {
  link_.settings.bits_per_second = kByteInMicrosecond;
  link_.settings.delay = kMillisecond;
  EXPECT_EQ(DueAt(0, 1000), kMillisecond + 1000 * kMicrosecond);
  EXPECT_EQ(DueAt(0, 500), kMillisecond + 1500 * kMicrosecond);
  EXPECT_EQ(DueAt(1400 * kMicrosecond, 100), kMillisecond + 1600 * kMicrosecond);
  EXPECT_EQ(DueAt(5000 * kMicrosecond, 100), kMillisecond + 5100 * kMicrosecond);
}

TEST_F(LinkTest, TheQueueTakesWhatLeavesWithinItsTime) {
  link_.settings.bits_per_second = kByteInMicrosecond;
  link_.settings.queue_time = 3 * kMillisecond;
  for (int i = 1; i <= 3; i += 1) EXPECT_EQ(DueAt(0, 1000), i * kMillisecond);
  EXPECT_EQ(link_.Take(0, 1).fate, Fate::kQueueFull);
  // One microsecond on, there is room for one byte.
  EXPECT_EQ(link_.Take(kMicrosecond, 2).fate, Fate::kQueueFull);
  EXPECT_EQ(DueAt(kMicrosecond, 1), 3001 * kMicrosecond);
}

TEST_F(LinkTest, AQueueInBytesIsOneInTime) {
  link_.settings.bits_per_second = kByteInMicrosecond;
  link_.settings.queue_bytes = 2500;
  EXPECT_EQ(DueAt(0, 1000), kMillisecond);
  EXPECT_EQ(DueAt(0, 1000), 2 * kMillisecond);
  EXPECT_EQ(link_.Take(0, 501).fate, Fate::kQueueFull);
  EXPECT_EQ(DueAt(0, 500), 2500 * kMicrosecond);
}

TEST_F(LinkTest, WhatIsLargerThanTheQueuePassesWhereItIsEmpty) {
  link_.settings.bits_per_second = kByteInMicrosecond;
  link_.settings.queue_bytes = 0;
  EXPECT_EQ(DueAt(0, 1000), kMillisecond);
  EXPECT_EQ(link_.Take(kMillisecond - 1, 1000).fate, Fate::kQueueFull);
  EXPECT_EQ(DueAt(kMillisecond, 1000), 2 * kMillisecond);
}

TEST_F(LinkTest, TheBacklogIsAveragedOverTime) {
  link_.settings.bits_per_second = kByteInMicrosecond;
  // Two triangles, of 4 ms and of 2 ms, in 10 ms.
  DueAt(0, 4000);
  DueAt(5 * kMillisecond, 2000);
  EXPECT_DOUBLE_EQ(link_.bottleneck().MeanBacklog(10 * kMillisecond), 1e6 * (4.0 * 4 / 2 + 2.0 * 2 / 2) / 10);
  EXPECT_EQ(link_.bottleneck().MaxBacklog(), 4 * kMillisecond);
}

TEST_F(LinkTest, TheBacklogIsMeasuredAnewInTheMiddleOfOne) {
  link_.settings.bits_per_second = kByteInMicrosecond;
  DueAt(0, 4000);
  link_.bottleneck().MeasureFrom(2 * kMillisecond);
  EXPECT_DOUBLE_EQ(link_.bottleneck().MeanBacklog(4 * kMillisecond), 1e6);
  EXPECT_EQ(link_.bottleneck().MaxBacklog(), 2 * kMillisecond);
}

TEST_F(LinkTest, NoneOvertakesAnotherWhenTheDelayFalls) {
  link_.settings.delay = 10 * kMillisecond;
  EXPECT_EQ(DueAt(0, 1000), 10 * kMillisecond);
  link_.settings.delay = 0;
  EXPECT_EQ(DueAt(kMillisecond, 1000), 10 * kMillisecond);
  EXPECT_EQ(DueAt(11 * kMillisecond, 1000), 11 * kMillisecond);
}

TEST_F(LinkTest, JitterAddsUpToItsBoundAndKeepsTheOrder) {
  link_.settings.jitter = 5 * kMillisecond;
  Nanoseconds last = 0;
  bool has_varied = false;
  for (Nanoseconds arrival = 0; arrival < 100 * kMillisecond; arrival += kMillisecond) {
    const Nanoseconds due = DueAt(arrival, 1000);
    EXPECT_GE(due, last);
    EXPECT_GE(due, arrival);
    EXPECT_LT(due, arrival + 5 * kMillisecond);
    has_varied = has_varied || due - arrival > 2 * kMillisecond;
    last = due;
  }
  EXPECT_TRUE(has_varied);
}

TEST_F(LinkTest, ALostPacketHasTakenItsTurnAtTheBottleneck) {
  link_.settings.bits_per_second = kByteInMicrosecond;
  link_.settings.loss = 1;
  EXPECT_EQ(link_.Take(0, 1000).fate, Fate::kLost);
  link_.settings.loss = 0;
  EXPECT_EQ(DueAt(0, 1000), 2 * kMillisecond);
}

TEST_F(LinkTest, TheSameSeedLosesTheSame) {
  link_.settings.loss = 0.1;
  link_.settings.burst_begin = 0.01;
  link_.settings.burst_length = 3;
  const auto first = Lost(1000);
  EXPECT_NE(Lost(1000), first);
  link_.Seed(1);
  EXPECT_EQ(Lost(1000), first);
  link_.Seed(2);
  EXPECT_NE(Lost(1000), first);
}

TEST_F(LinkTest, BurstsBeginAndLastAsOftenAsTheyShould) {
  link_.settings.burst_begin = 0.01;
  link_.settings.burst_length = 5;
  const auto lost = Lost(400'000);
  int bursts = 0;
  int all = 0;
  for (std::size_t i = 0; i < lost.size(); i += 1) {
    all += lost[i] ? 1 : 0;
    bursts += lost[i] && (i == 0 || !lost[i - 1]) ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(all) / bursts, 5, 0.25);
  // Each begins after 100 good packets on average: 400,000 packets hold 400,000 / 105 of them.
  EXPECT_NEAR(bursts, 400'000 / 105.0, 200);
}

TEST_F(LinkTest, ACutLinkTakesNothingAndForgetsItsQueue) {
  link_.settings.bits_per_second = kByteInMicrosecond;
  DueAt(0, 100'000);
  link_.Cut(kMillisecond);
  EXPECT_EQ(link_.Take(2 * kMillisecond, 1000).fate, Fate::kCut);
  link_.Restore();
  EXPECT_EQ(DueAt(3 * kMillisecond, 1000), 4 * kMillisecond);
}

}  // namespace
}  // namespace path_emulator
