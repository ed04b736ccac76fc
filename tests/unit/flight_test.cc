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

// A path of 10 ms with room for a megabyte, on which the window has grown beyond its first value.
class GrownFlight : public ::testing::Test {
 protected:
  GrownFlight() {
    flight_.ExpectAcknowledgements();
    for (int round = 0; round < 5; ++round) {
      SendAll();
      Pass(10);
      AcknowledgeAll();
    }
  }

  void Pass(std::int64_t milliseconds) { now_ += milliseconds * 1000; }

  void SendAll() {
    flight_.HandleLimited();
    const ByteCount room = flight_.Room();
    flight_.HandOver(Now(), room, ByteCount(16 * kKiB));
    handed_ += room.value();
  }

  void AcknowledgeAll() { flight_.Acknowledge(Now(), ByteCount(handed_), Now()); }

  Timestamp Now() const { return Timestamp::FromMicros(now_); }

  Flight flight_{ByteCount(32 * kKiB)};
  std::int64_t handed_ = 0;
  std::int64_t now_ = 0;
};

TEST_F(GrownFlight, BeginsGentlyAfterATimeWithNothingUnderWay) {
  ASSERT_GT(flight_.Room(), ByteCount(64 * kKiB));
  Pass(1000);
  flight_.HandOver(Now(), ByteCount(kKiB), ByteCount(kKiB));
  EXPECT_LE(flight_.Room(), ByteCount(32 * kKiB));
}

TEST_F(GrownFlight, WaitsForAcknowledgementsAndIsNotIdle) {
  const ByteCount window = flight_.Room();
  flight_.HandOver(Now(), ByteCount(kKiB), ByteCount(kKiB));
  Pass(1000);
  flight_.HandOver(Now(), ByteCount(kKiB), ByteCount(kKiB));
  EXPECT_GE(flight_.Room(), window - ByteCount(2 * kKiB));
}

TEST_F(GrownFlight, IsNotIdleSinceItWasHandedOverButSinceItArrived) {
  const ByteCount window = flight_.Room();
  flight_.HandOver(Now(), ByteCount(kKiB), ByteCount(kKiB));
  Pass(1000);
  flight_.Acknowledge(Now(), ByteCount(handed_ + kKiB), Now());
  flight_.HandOver(Now(), ByteCount(kKiB), ByteCount(kKiB));
  EXPECT_GE(flight_.Room(), window - ByteCount(kKiB));
}

}  // namespace
}  // namespace peer_session
