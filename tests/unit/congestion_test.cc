// How much is under way to the peer: paths of many kinds, in virtual time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "support/congestion/packet_path.h"

namespace peer_session::testing {
namespace {

using ::testing::AllOf;
using ::testing::Gt;
using ::testing::Lt;

constexpr std::int64_t kSecond = 1'000'000;

// A flow that has a path to itself, and has begun some time ago.
class LoneFlow {
 public:
  explicit LoneFlow(const PathOptions& path = {}, std::int64_t since = 5 * kSecond)
      : path_(path), link_(path), flow_(world_, path, link_) {
    flow_.Send();
    world_.RunUntil(since);
  }

  World& world() { return world_; }
  Link& link() { return link_; }
  Flow& flow() { return flow_; }

  void SetMegabits(double megabits) {
    path_.megabits = megabits;
    link_.SetMegabits(megabits);
  }
  // Of what the link bears.
  double Share(std::int64_t bytes, std::int64_t span) const {
    return static_cast<double>(bytes) / (path_.megabits / 8) / static_cast<double>(span);
  }
  // From so many seconds on, in one second or as many as are named.
  double ShareAfter(std::int64_t seconds, std::int64_t measured = 1) {
    world_.RunUntil(world_.now() + seconds * kSecond);
    const std::int64_t before = flow_.arrived();
    world_.RunUntil(world_.now() + measured * kSecond);
    return Share(flow_.arrived() - before, measured * kSecond);
  }

 private:
  PathOptions path_;
  World world_;
  Link link_;
  Flow flow_;
};

struct Outcome {
  // Of what the link bears, from the first byte and of the steady part.
  double from_the_start;
  double steady;
  double mean_queue_ms;
  std::int64_t overflows;
};

Outcome Measure(const PathOptions& path, std::int64_t seconds = 10) {
  const std::int64_t end = seconds * kSecond;
  const std::int64_t warm = end / 4;
  LoneFlow lone(path, warm);
  const std::int64_t arrived_warm = lone.flow().arrived();
  const std::int64_t overflows_warm = lone.link().overflows();
  lone.link().Forget();
  lone.world().RunUntil(end);
  const std::int64_t arrived = lone.flow().arrived();
  return {.from_the_start = lone.Share(arrived, end),
          .steady = lone.Share(arrived - arrived_warm, end - warm),
          .mean_queue_ms = lone.link().mean_ms(),
          .overflows = overflows_warm + lone.link().overflows()};
}

std::string Name(const PathOptions& path) {
  return std::to_string(path.megabits) + " Mbit/s, " + std::to_string(path.round_trip_ms) + " ms, turns of " +
         std::to_string(path.turn_ms) + " ms, jitter of " + std::to_string(path.jitter_ms) + " ms";
}

// 5 % of a link are headers.
TEST(Congestion, FillsAPathOfAnyLengthAndRateWithoutEverOverflowingItsQueue) {
  for (const double megabits : {5.0, 20.0, 100.0}) {
    for (const std::int64_t round_trip : {2, 10, 20, 50, 100}) {
      for (const std::int64_t turn : {0, 7}) {
        const PathOptions path{.megabits = megabits, .round_trip_ms = round_trip, .turn_ms = turn};
        if (megabits == 100 && round_trip == 2) continue;  // See the next test.
        const Outcome outcome = Measure(path);
        EXPECT_GT(outcome.from_the_start, round_trip < 100 ? 0.8 : 0.7) << Name(path);
        EXPECT_GT(outcome.steady, 0.85) << Name(path);
        EXPECT_LT(outcome.mean_queue_ms, 50) << Name(path);
        EXPECT_EQ(outcome.overflows, 0) << Name(path);
      }
    }
  }
}

TEST(Congestion, FillsAPathToAPeerThatAnswersPingsOnly) {
  for (const double megabits : {5.0, 20.0, 100.0}) {
    for (const std::int64_t round_trip : {10, 20, 50, 100}) {
      const PathOptions path{.megabits = megabits, .round_trip_ms = round_trip, .turn_ms = 3, .echoes = true};
      const Outcome outcome = Measure(path);
      EXPECT_GT(outcome.steady, 0.85) << Name(path);
      EXPECT_LT(outcome.mean_queue_ms, 50) << Name(path);
      EXPECT_EQ(outcome.overflows, 0) << Name(path);
    }
  }
}

// There the hosts take the time, and larger messages cost them less.
TEST(Congestion, HasAsMuchUnderWayOnAShortAndFastPathAsTheHostsWant) {
  const PathOptions path{.megabits = 100, .round_trip_ms = 2, .queue_ms = 1000};
  const Outcome outcome = Measure(path);
  EXPECT_GT(outcome.steady, 0.9);
  EXPECT_LT(outcome.mean_queue_ms, 200);
}

TEST(Congestion, TakesSecondsToFillALongPath) {
  for (const double megabits : {20.0, 100.0}) {
    const PathOptions path{.megabits = megabits, .round_trip_ms = 200, .growth = 2};
    const Outcome outcome = Measure(path);
    EXPECT_GT(outcome.from_the_start, 0.65) << Name(path);
    EXPECT_GT(outcome.steady, 0.85) << Name(path);
    EXPECT_EQ(outcome.overflows, 0) << Name(path);
  }
}

TEST(Congestion, IsNotMisledByJitter) {
  for (const std::int64_t round_trip : {10, 50, 100}) {
    const PathOptions path{.round_trip_ms = round_trip, .jitter_ms = 10};
    const Outcome outcome = Measure(path);
    EXPECT_GT(outcome.steady, 0.85) << Name(path);
    EXPECT_LT(outcome.mean_queue_ms, 50) << Name(path);
    EXPECT_EQ(outcome.overflows, 0) << Name(path);
  }
}

// The queue of such a path holds no more than one packet of its own rate and the messages are as small as they get.
TEST(Congestion, KeepsASlowPathBusyAndNotMuchMore) {
  const Outcome outcome = Measure({.megabits = 1, .round_trip_ms = 50, .queue_ms = 1000}, 20);
  EXPECT_GT(outcome.steady, 0.9);
  EXPECT_LT(outcome.mean_queue_ms, 120);
}

TEST(Congestion, MeasuresThePathAnewWhileClocksDriftApart) {
  for (const double drift : {-200.0, 200.0}) {
    const Outcome outcome = Measure({.clock_drift_ppm = drift}, 120);
    EXPECT_GT(outcome.steady, 0.9);
    EXPECT_LT(outcome.mean_queue_ms, 50);
    EXPECT_EQ(outcome.overflows, 0);
  }
}

TEST(Congestion, SurvivesAClockThatIsSet) {
  for (const std::int64_t step_ms : {-3'600'000, 3'600'000}) {
    LoneFlow lone;
    lone.flow().SetPeersClock(step_ms);
    EXPECT_GT(lone.ShareAfter(0), 0.8);
    EXPECT_GT(lone.ShareAfter(30), 0.85);
    EXPECT_LT(lone.link().mean_ms(), 50);
    EXPECT_EQ(lone.link().overflows(), 0);
  }
}

TEST(Congestion, SeesAQueueThoughAClockWasSet) {
  for (const std::int64_t step_ms : {-3'600'000, 3'600'000}) {
    LoneFlow lone({.queue_ms = 1000});
    lone.flow().SetPeersClock(step_ms);
    lone.SetMegabits(5);
    lone.world().RunUntil(7 * kSecond);
    lone.link().Forget();
    EXPECT_GT(lone.ShareAfter(5), 0.85);
    EXPECT_LT(lone.link().mean_ms(), 60);
  }
}

TEST(Congestion, IsNotMisledByAWayBackThatBecomesSlow) {
  LoneFlow lone;
  lone.flow().SetWayBack(100);
  EXPECT_GT(lone.ShareAfter(1), 0.85);
  EXPECT_EQ(lone.link().overflows(), 0);
}

TEST(Congestion, FollowsALinkWhoseRateChanges) {
  LoneFlow lone({.queue_ms = 1000});
  lone.SetMegabits(5);
  lone.world().RunUntil(7 * kSecond);
  lone.link().Forget();
  EXPECT_GT(lone.ShareAfter(5), 0.9);
  EXPECT_LT(lone.link().mean_ms(), 60);
  lone.SetMegabits(50);
  EXPECT_GT(lone.ShareAfter(5), 0.85);
}

TEST(Congestion, FollowsARouteThatBecomesLonger) {
  LoneFlow lone;
  lone.flow().SetRoundTrip(150);
  EXPECT_GT(lone.ShareAfter(5), 0.85) << "a queue that does not shrink with the window is none";
  EXPECT_EQ(lone.link().overflows(), 0);
}

// By no more than a queue of this side's own making would do: that takes until the shorter route is forgotten.
TEST(Congestion, FollowsARouteThatBecomesALittleLonger) {
  LoneFlow lone;
  lone.flow().SetRoundTrip(120);
  EXPECT_GT(lone.ShareAfter(35), 0.85);
  EXPECT_EQ(lone.link().overflows(), 0);
}

TEST(Congestion, KeepsItsBoundWhileLittleIsSent) {
  LoneFlow lone({.round_trip_ms = 100, .queue_ms = 200});
  lone.flow().Pause();
  for (World& world = lone.world(); world.now() < 20 * kSecond; world.RunUntil(world.now() + 50'000)) {
    lone.flow().SendOne();
  }
  lone.flow().Send();
  EXPECT_GT(lone.ShareAfter(1), 0.85);
  EXPECT_EQ(lone.link().overflows(), 0);
}

TEST(Congestion, GoesOnWhenThePeersPageWasSuspended) {
  LoneFlow lone({}, 3 * kSecond);
  lone.flow().SuspendPeerUntil(23 * kSecond);
  lone.world().RunUntil(23 * kSecond);
  EXPECT_GT(lone.ShareAfter(3), 0.85);
  EXPECT_EQ(lone.link().overflows(), 0);
}

TEST(Congestion, BeginsAnewWithLittleAfterAnIdleTime) {
  LoneFlow lone({.round_trip_ms = 100, .queue_ms = 70});
  lone.flow().Pause();
  lone.world().RunUntil(10 * kSecond);
  lone.link().Forget();
  lone.flow().Send();
  EXPECT_GT(lone.ShareAfter(1), 0.85) << "it knows how far to go";
  EXPECT_EQ(lone.link().overflows(), 0);
}

TEST(Congestion, FlowsOnOneLinkComeToTheSameRate) {
  for (const std::int64_t round_trip : {10, 50}) {
    const PathOptions path{.round_trip_ms = round_trip, .queue_ms = 300};
    Link link(path);
    World world;
    std::deque<Flow> flows;
    for (int count = 0; count < 4; ++count) {
      flows.emplace_back(world, path, link).Send();
      world.RunUntil(world.now() + 3 * kSecond);
    }
    world.RunUntil(40 * kSecond);
    link.Forget();
    std::vector<std::int64_t> before;
    for (const Flow& flow : flows) before.push_back(flow.arrived());
    world.RunUntil(60 * kSecond);
    double sum = 0;
    for (std::size_t index = 0; index < flows.size(); ++index) {
      const double share = static_cast<double>(flows[index].arrived() - before[index]) / 50e6;
      sum += share;
      EXPECT_THAT(share, AllOf(Gt(0.12), Lt(0.4))) << "flow " << index << " at " << round_trip << " ms";
    }
    EXPECT_GT(sum, 0.9);
    EXPECT_LT(link.mean_ms(), 100);
  }
}

// A flow that knows only loss fills any queue; what was seen before it came is forgotten after half a minute.
TEST(Congestion, IsNotStarvedForEverByFlowsThatFillTheQueue) {
  LoneFlow lone;
  GreedyFlow other(lone.world(), {}, lone.link());
  other.Send();
  EXPECT_GT(lone.ShareAfter(55, 60), 0.1);
}

}  // namespace
}  // namespace peer_session::testing
