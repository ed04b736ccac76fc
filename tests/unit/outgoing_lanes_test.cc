// Lanes that are too many: they end with what they carry, and not before.
#include "lanes/outgoing_lanes.h"

#include <gtest/gtest.h>

#include <cstdint>

namespace peer_session {
namespace {

constexpr ByteCount kFile = ByteCount::KiB(64);

class OutgoingLanesTest : public ::testing::Test {
 protected:
  OutgoingLanesTest() {
    lanes_.Keep(now_, 2);
    for (const std::uint32_t number : {1U, 2U}) lanes_.HandleOpen(now_, number, ByteCount::KiB(16));
    // Each takes what it may.
    while (OutgoingLane* lane = lanes_.WithRoom()) {
      const Piece rest{.transfer = kTransfer, .pull = 1, .begin = sent_, .end = kFile};
      sent_ += lane->Send(now_, TransferId{"a"}, rest, kFile, sent_);
    }
  }

  static constexpr TransferKey kTransfer{1};

  Options options_;
  ActionQueue actions_;
  OutgoingLanes lanes_{options_, actions_};
  Timestamp now_ = Timestamp::FromMicros(5'000'000);
  ByteCount sent_;
};

TEST_F(OutgoingLanesTest, ThatAreTooManyBringWhatTheyCarry) {
  lanes_.Keep(now_, 1);
  EXPECT_EQ(lanes_.kept(), 1U);
  EXPECT_EQ(lanes_.open(), 2U);
  const ByteCount carried = ByteCount(sent_.value() / 2);
  lanes_.Acknowledge(now_, 2, carried - ByteCount(1), now_);
  EXPECT_EQ(lanes_.open(), 2U);
  lanes_.Acknowledge(now_, 2, carried, now_);
  EXPECT_EQ(lanes_.open(), 1U);
}

TEST_F(OutgoingLanesTest, ThatAreTooManyAreGivenNoMore) {
  lanes_.Keep(now_, 1);
  now_ = now_ + Duration::Millis(50);
  lanes_.SetTime(now_);
  lanes_.HandleBuffered(2, ByteCount());
  lanes_.Acknowledge(now_, 2, ByteCount(1), now_);
  EXPECT_EQ(lanes_.WithRoom(), nullptr);
  lanes_.HandleBuffered(1, ByteCount());
  lanes_.Acknowledge(now_, 1, ByteCount(1), now_);
  EXPECT_NE(lanes_.WithRoom(), nullptr) << "the other one is";
}

}  // namespace
}  // namespace peer_session
