#include "path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "clock.h"
#include "priority.h"

namespace path_emulator {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

/// Two clocks are compared by the time of day, which is read a moment away from the other.
constexpr Nanoseconds kClockError = 100 * kMicrosecond;
/// A busy machine may let this process wait, but not always.
constexpr Nanoseconds kBusy = 2 * kMillisecond;

/// Real sockets of this process on both ends; when packets come and go is said by the kernel alone.
class PathTest : public testing::Test {
 protected:
  PathTest() : flow_(*path_.Find(path_.AddFlow().id)) {
    flow_.hidden = At(hidden_.port());
    RunFirst();
  }
  ~PathTest() override { close(epoll_); }

  static Endpoint At(std::uint16_t port) { return *ParseEndpoint("127.0.0.1", port); }

  static void Send(const UdpSocket& from, std::uint16_t to, int count, std::size_t wire_bytes = 1000) {
    const std::vector<char> content(wire_bytes - static_cast<std::size_t>(kHeaderBytes));
    for (int i = 0; i < count; i += 1) ASSERT_TRUE(from.Send(content, At(to)));
  }

  std::vector<Datagram> Received(UdpSocket& by) {
    std::vector<Datagram> datagrams;
    while (by.Read(datagrams)) {
    }
    return datagrams;
  }

  /// Until the path has seen so many packets in this direction, and holds none any more.
  void RunUntilThrough(Side towards, std::uint64_t packets) {
    Direction& direction = path_.Towards(towards);
    const Nanoseconds end = Now() + 20 * kSecond;
    while (direction.counters().arrived_packets < packets || direction.waiting() > 0) {
      ASSERT_LT(Now(), end) << "packets did not come through";
      path_.Read();
      path_.SendDue();
    }
  }

  void RunUntil(const std::function<bool()>& holds) {
    const Nanoseconds end = Now() + 20 * kSecond;
    while (!holds()) {
      ASSERT_LT(Now(), end);
      path_.Read();
      path_.SendDue();
    }
  }

  Direction& to_hidden() { return path_.Towards(Side::kHidden); }
  Direction& to_caller() { return path_.Towards(Side::kCaller); }

  int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  Path path_{epoll_, Now()};
  UdpSocket caller_;
  UdpSocket hidden_;
  Flow& flow_;
};

TEST_F(PathTest, PacketsReachTheReceiverWhenTheyWereComputedTo) {
  LinkSettings& settings = to_hidden().link().settings;
  settings.delay = 3 * kMillisecond + 217 * kMicrosecond;
  settings.bits_per_second = 8'000'000;
  to_hidden().Trace(100);
  Send(caller_, flow_.seen_by_caller->port(), 100);
  RunUntilThrough(Side::kHidden, 100);

  const auto received = Received(hidden_);
  const auto& trace = to_hidden().trace();
  ASSERT_THAT(received, SizeIs(100));
  std::vector<Nanoseconds> late;
  for (std::size_t i = 0; i < received.size(); i += 1) late.push_back(received[i].arrival - trace[i].due);
  std::sort(late.begin(), late.end());
  EXPECT_GE(late.front(), -kClockError) << "none comes before its time";
  EXPECT_LE(late[late.size() / 10], kBusy);
  RecordProperty("median_late_ns", std::to_string(late[late.size() / 2]));
  // A hundred milliseconds for a hundred packets of 1,000 bytes at 8 Mbit/s: the first has its delay and its own time.
  EXPECT_GE(received.front().arrival - trace.front().arrival, 4 * kMillisecond + 217 * kMicrosecond - kClockError);
  EXPECT_GE(received.back().arrival - received.front().arrival, 99 * kMillisecond - late.back() - kClockError);
}

TEST_F(PathTest, WhatTheEmulatorCallsLateIsWhatTheReceiverSees) {
  to_hidden().link().settings.delay = kMillisecond;
  to_hidden().Trace(50);
  Send(caller_, flow_.seen_by_caller->port(), 50);
  RunUntilThrough(Side::kHidden, 50);

  const auto received = Received(hidden_);
  ASSERT_THAT(received, SizeIs(50));
  std::vector<Nanoseconds> unexplained;
  for (std::size_t i = 0; i < received.size(); i += 1) {
    unexplained.push_back(received[i].arrival - to_hidden().trace()[i].sent);
  }
  std::sort(unexplained.begin(), unexplained.end());
  EXPECT_GE(unexplained.front(), -kClockError);
  EXPECT_LE(unexplained[25], kClockError);
}

TEST_F(PathTest, BothDirectionsPassAndEachEndSeesOnlyThePath) {
  Send(caller_, flow_.seen_by_caller->port(), 1);
  RunUntilThrough(Side::kHidden, 1);
  const auto at_hidden = Received(hidden_);
  ASSERT_THAT(at_hidden, SizeIs(1));
  EXPECT_EQ(at_hidden[0].from.port, flow_.seen_by_hidden->port());

  Send(hidden_, flow_.seen_by_hidden->port(), 1);
  RunUntilThrough(Side::kCaller, 1);
  const auto at_caller = Received(caller_);
  ASSERT_THAT(at_caller, SizeIs(1));
  EXPECT_EQ(at_caller[0].from.port, flow_.seen_by_caller->port());
}

TEST_F(PathTest, AStrangerOnTheHiddenSideIsNotHeard) {
  Send(caller_, flow_.seen_by_caller->port(), 1);
  RunUntilThrough(Side::kHidden, 1);
  const UdpSocket stranger;
  Send(stranger, flow_.seen_by_hidden->port(), 1);
  RunUntil([this] { return to_caller().counters().unaddressed == 1; });
  EXPECT_THAT(Received(caller_), IsEmpty());
}

TEST_F(PathTest, AReboundCallerIsSeenAtANewPortAndTheOldOneIsDead) {
  Send(caller_, flow_.seen_by_caller->port(), 1);
  RunUntilThrough(Side::kHidden, 1);
  const std::uint16_t old_port = flow_.seen_by_hidden->port();
  ASSERT_THAT(Received(hidden_), SizeIs(1));

  // One is on its way to the old port when it is given up, one comes after.
  to_caller().link().settings.delay = 200 * kMillisecond;
  Send(hidden_, old_port, 1);
  RunUntil([this] { return to_caller().waiting() == 1; });
  path_.Rebind(flow_, Side::kCaller);
  Send(hidden_, old_port, 1);
  RunUntil([this] { return to_caller().counters().stale == 2; });
  EXPECT_THAT(Received(caller_), IsEmpty());

  Send(caller_, flow_.seen_by_caller->port(), 1);
  RunUntilThrough(Side::kHidden, 2);
  const auto at_hidden = Received(hidden_);
  ASSERT_THAT(at_hidden, SizeIs(1));
  EXPECT_NE(at_hidden[0].from.port, old_port);
  Send(hidden_, at_hidden[0].from.port, 1);
  RunUntilThrough(Side::kCaller, 2);
  EXPECT_THAT(Received(caller_), SizeIs(1));
}

TEST_F(PathTest, TwoFlowsShareOneBottleneck) {
  Flow& other = *path_.Find(path_.AddFlow().id);
  UdpSocket other_hidden;
  const UdpSocket other_caller;
  other.hidden = At(other_hidden.port());
  to_hidden().link().settings.bits_per_second = 8'000'000;
  to_hidden().Trace(100);
  for (int i = 0; i < 50; i += 1) {
    Send(caller_, flow_.seen_by_caller->port(), 1);
    Send(other_caller, other.seen_by_caller->port(), 1);
  }
  RunUntilThrough(Side::kHidden, 100);

  EXPECT_THAT(Received(hidden_), SizeIs(50));
  EXPECT_THAT(Received(other_hidden), SizeIs(50));
  // One line: each of the hundred takes its millisecond after the one before, whosever that is.
  const auto& trace = to_hidden().trace();
  for (std::size_t i = 1; i < trace.size(); i += 1) {
    EXPECT_EQ(trace[i].due, std::max(trace[i].arrival, trace[i - 1].due) + kMillisecond);
  }
}

TEST_F(PathTest, ACutTakesWhatIsOnItsWayInThatDirectionOnly) {
  Send(caller_, flow_.seen_by_caller->port(), 1);
  RunUntilThrough(Side::kHidden, 1);
  ASSERT_THAT(Received(hidden_), SizeIs(1));

  to_hidden().link().settings.delay = 60 * kSecond;
  Send(caller_, flow_.seen_by_caller->port(), 1);
  RunUntil([this] { return to_hidden().waiting() == 1; });
  to_hidden().Cut(Now());
  Send(caller_, flow_.seen_by_caller->port(), 1);
  Send(hidden_, flow_.seen_by_hidden->port(), 1);
  RunUntilThrough(Side::kHidden, 3);
  RunUntilThrough(Side::kCaller, 1);
  EXPECT_EQ(to_hidden().counters().cut, 2U);
  EXPECT_THAT(Received(hidden_), IsEmpty());
  EXPECT_THAT(Received(caller_), SizeIs(1));

  to_hidden().link().settings.delay = 0;
  to_hidden().link().Restore();
  Send(caller_, flow_.seen_by_caller->port(), 1);
  RunUntilThrough(Side::kHidden, 4);
  EXPECT_THAT(Received(hidden_), SizeIs(1));
}

TEST_F(PathTest, WhatAnEndDoesNotReadInTimeIsCounted) {
  // More than any buffer of the system holds, to a socket that nobody reads.
  const int packets = 1000;
  const std::size_t large = 60'000;
  for (int i = 0; i < packets; i += 1) {
    Send(caller_, flow_.seen_by_caller->port(), 1, large);
    RunUntilThrough(Side::kHidden, static_cast<std::uint64_t>(i) + 1);
  }
  const std::uint64_t dropped = path_.OverflowedAtEnd(Side::kHidden);
  EXPECT_GT(dropped, 0U);
  EXPECT_THAT(Received(hidden_), SizeIs(packets - dropped));
  path_.ResetStatistics();
  EXPECT_EQ(path_.OverflowedAtEnd(Side::kHidden), 0U);
}

TEST_F(PathTest, WhatTheEmulatorDoesNotReadInTimeIsCounted) {
  const int packets = 1000;
  for (int i = 0; i < packets; i += 1) Send(caller_, flow_.seen_by_caller->port(), 1, 60'000);
  const std::uint64_t arrived = [this] {
    path_.Read();
    // The kernel tells of what it dropped with what it takes next.
    Send(caller_, flow_.seen_by_caller->port(), 1);
    RunUntil([this] { return path_.Overflowed(Side::kHidden) > 0; });
    return to_hidden().counters().arrived_packets;
  }();
  RunUntilThrough(Side::kHidden, arrived);
  EXPECT_EQ(to_hidden().counters().arrived_packets + path_.Overflowed(Side::kHidden), packets + 1U);
}

}  // namespace
}  // namespace path_emulator
