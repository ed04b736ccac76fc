// When an acknowledgement of what has arrived is due, and of what.
#include "channel/arrivals.h"

#include <gtest/gtest.h>

namespace peer_session {
namespace {

constexpr ByteCount kDue = ByteCount::KiB(4);
constexpr int kDueMessages = 256;

TEST(Arrivals, AreAcknowledgedInRoundsOfBytes) {
  Arrivals arrivals;
  EXPECT_FALSE(arrivals.IsAckDue());
  arrivals.Receive(Timestamp(), kDue - ByteCount(1));
  EXPECT_FALSE(arrivals.IsAckDue());
  arrivals.Receive(Timestamp(), ByteCount(1));
  EXPECT_TRUE(arrivals.IsAckDue());
  arrivals.Acknowledge();
  EXPECT_FALSE(arrivals.IsAckDue());
  arrivals.Receive(Timestamp(), kDue - ByteCount(1));
  EXPECT_FALSE(arrivals.IsAckDue()) << "what was acknowledged counts no more";
}

TEST(Arrivals, AreAcknowledgedInRoundsOfMessagesIfTheseAreTiny) {
  Arrivals arrivals;
  for (int round = 0; round < 2; ++round) {
    for (int count = 1; count < kDueMessages; ++count) arrivals.Receive(Timestamp(), ByteCount(1));
    EXPECT_FALSE(arrivals.IsAckDue());
    arrivals.Receive(Timestamp(), ByteCount(1));
    EXPECT_TRUE(arrivals.IsAckDue());
    arrivals.Acknowledge();
  }
}

TEST(Arrivals, StayDueWhileMoreComes) {
  Arrivals arrivals;
  arrivals.Receive(Timestamp(), kDue);
  arrivals.Receive(Timestamp(), ByteCount(1));
  EXPECT_TRUE(arrivals.IsAckDue());
  arrivals.Acknowledge();
  EXPECT_FALSE(arrivals.IsAckDue());
}

TEST(Arrivals, AreCountedFromTheFirstAndTimedByTheLast) {
  Arrivals arrivals;
  arrivals.Receive(Timestamp::FromMicros(10), kDue);
  arrivals.Acknowledge();
  arrivals.Receive(Timestamp::FromMicros(25), ByteCount(1));
  EXPECT_EQ(arrivals.total(), kDue + ByteCount(1));
  EXPECT_EQ(arrivals.last_at(), Timestamp::FromMicros(25));
}

}  // namespace
}  // namespace peer_session
