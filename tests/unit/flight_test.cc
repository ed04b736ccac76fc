// What may be under way on one channel, and which acknowledgements of it count.
#include "channel/flight.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>

namespace peer_session {
namespace {

using ::testing::AllOf;
using ::testing::Gt;
using ::testing::Le;

constexpr std::int64_t kKiB = 1024;

TEST(Flight, IsBoundedBeforeAnythingIsKnownOfThePath) {
  Flight flight(ByteCount(32 * kKiB));
  flight.ExpectAcknowledgements();
  flight.HandOver(Timestamp(), ByteCount(32 * kKiB), ByteCount(8 * kKiB));
  EXPECT_EQ(flight.Room(), ByteCount());
  EXPECT_TRUE(flight.Acknowledge(Timestamp::FromMicros(1000), ByteCount(8 * kKiB), Timestamp()));
  EXPECT_GE(flight.Room(), ByteCount(8 * kKiB));
}

TEST(Flight, WhatArrivesIsNeverMoreThanWasSentNorLessThanBefore) {
  Flight flight(ByteCount(32 * kKiB));
  flight.ExpectAcknowledgements();
  flight.HandOver(Timestamp(), ByteCount(1000), ByteCount(1000));
  EXPECT_FALSE(flight.Acknowledge(Timestamp(), ByteCount(1001), Timestamp()));
  EXPECT_FALSE(flight.Acknowledge(Timestamp(), ByteCount(0), Timestamp()));
  EXPECT_TRUE(flight.Acknowledge(Timestamp(), ByteCount(10), Timestamp()));
  EXPECT_FALSE(flight.Acknowledge(Timestamp(), ByteCount(10), Timestamp()));
  EXPECT_FALSE(flight.Acknowledge(Timestamp(), ByteCount(9), Timestamp()));
  EXPECT_TRUE(flight.Acknowledge(Timestamp(), ByteCount(1000), Timestamp()));
  EXPECT_FALSE(flight.Acknowledge(Timestamp(), ByteCount(1000), Timestamp()));
}

TEST(Flight, OfManyTinyFilesIsBoundedByTheirNumber) {
  Flight flight(ByteCount(32 * kKiB));
  flight.ExpectAcknowledgements();
  std::int64_t sent = 0;
  while (flight.Room() > ByteCount() && sent < 100'000) {
    flight.HandOver(Timestamp(), ByteCount(1), ByteCount(1));
    ++sent;
  }
  EXPECT_EQ(sent, 1024);
  EXPECT_TRUE(flight.Acknowledge(Timestamp(), ByteCount(1), Timestamp()));
  EXPECT_GT(flight.Room(), ByteCount());
}

// Whatever a peer answers, a window stays within its bounds and nothing traps.
TEST(Flight, WithstandsAcknowledgementsThatLie) {
  constexpr std::int64_t kMost = std::int64_t{1} << 53;
  for (const std::int64_t theirs : {std::int64_t{0}, kMost}) {
    Flight flight(ByteCount(32 * kKiB));
    flight.ExpectAcknowledgements();
    std::int64_t handed = 0;
    std::int64_t now = 0;
    for (int step = 0; step < 10'000; ++step) {
      flight.HandleLimited();
      if (const std::int64_t room = flight.Room().value(); room > 0) {
        flight.HandOver(Timestamp::FromMicros(now), ByteCount(room), flight.MessageSize());
        handed += room;
      }
      now += step % 7 * 1000;
      flight.Acknowledge(Timestamp::FromMicros(now), ByteCount(handed),
                         Timestamp::FromMicros(step % 2 == 0 ? theirs : 0));
      EXPECT_THAT(flight.Room().value(), AllOf(Gt(0), Le(4 << 20)));
      EXPECT_GE(flight.MessageSize(), ByteCount());
    }
  }
}

}  // namespace
}  // namespace peer_session
