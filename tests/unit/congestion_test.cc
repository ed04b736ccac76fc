// How much is under way to the peer: paths of many kinds, in virtual time.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "channel/flight.h"

namespace peer_session {
namespace {

constexpr std::int64_t kKiB = 1024;

struct PathOptions {
  double megabits = 20;
  std::int64_t round_trip_ms = 50;
  // What the queue before the narrowest link holds; what comes beyond is lost.
  std::int64_t queue_ms = 100;
  // Each message is late by up to so much, and none overtakes another.
  std::int64_t jitter_ms = 0;
  // The way back is longer, and the clocks there run apart.
  std::int64_t clock_offset_ms = 123'456;
  double clock_drift_ppm = 0;
  // The peer's page hears of what has arrived only so often.
  std::int64_t turn_ms = 0;
  // Of the channel, in a round trip, until something is lost.
  double growth = 1.5;
};

// Everything happens in the order of its time.
class World {
 public:
  std::int64_t now() const { return now_; }
  void At(std::int64_t when, std::function<void()> what) { events_.emplace(std::pair(std::max(when, now_), ++count_), std::move(what)); }
  void RunUntil(std::int64_t until) {
    while (!events_.empty() && events_.begin()->first.first <= until) {
      auto event = events_.extract(events_.begin());
      now_ = event.key().first;
      event.mapped()();
    }
    now_ = until;
  }

 private:
  std::int64_t now_ = 0;
  std::int64_t count_ = 0;
  std::map<std::pair<std::int64_t, std::int64_t>, std::function<void()>> events_;
};

// One link that many may share.
class Link {
 public:
  explicit Link(const PathOptions& options) : queue_us_(static_cast<double>(options.queue_ms) * 1000), bytes_per_us_(options.megabits / 8) {}

  // When the last bit has left it; the queue is what lies before it.
  std::int64_t Carry(std::int64_t now, std::int64_t bytes) {
    free_at_ = std::max(free_at_, static_cast<double>(now));
    const double waits = free_at_ - static_cast<double>(now);
    if (waits > queue_us_) ++overflows_;
    longest_ = std::max(longest_, waits);
    const double takes = static_cast<double>(bytes) / bytes_per_us_;
    waited_ += waits * takes;
    busy_ += takes;
    free_at_ += takes;
    return static_cast<std::int64_t>(free_at_);
  }
  std::int64_t overflows() const { return overflows_; }
  double longest_ms() const { return longest_ / 1000; }
  double mean_ms() const { return busy_ > 0 ? waited_ / busy_ / 1000 : 0; }
  void Forget() {
    overflows_ = 0;
    longest_ = waited_ = busy_ = 0;
  }

 private:
  double queue_us_;
  double bytes_per_us_;
  double free_at_ = 0;
  std::int64_t overflows_ = 0;
  double longest_ = 0;
  double waited_ = 0;
  double busy_ = 0;
};

// A sender that always has more, over a channel that begins with a few packets in flight and sends one and a half times as many in
// each round trip, to a peer that acknowledges each message.
class Flow {
 public:
  Flow(World& world, const PathOptions& options, Link& link) : world_(world), options_(options), link_(link), flight_(ByteCount(32 * kKiB)) {
    flight_.ExpectAcknowledgements();
  }

  void Send() {
    while (flight_.Room() > ByteCount()) {
      const std::int64_t size = std::clamp<std::int64_t>(flight_.MessageSize().value(), 4 * kKiB, 256 * kKiB);
      handed_ += size;
      flight_.HandOver(Time(world_.now()), ByteCount(size), ByteCount(size));
      ends_.push_back(handed_);
    }
    flight_.HandleLimited();
    SendPackets();
  }
  std::int64_t arrived() const { return arrived_; }

 private:
  static constexpr std::int64_t kPacket = 1200;

  static Timestamp Time(std::int64_t micros) { return Timestamp::FromMicros(micros); }

  void SendPackets() {
    while (sent_ < handed_ && outstanding_ + kPacket <= sctp_window_) {
      const std::int64_t size = std::min(kPacket, ends_.front() - sent_);
      sent_ += size;
      outstanding_ += size;
      const bool ends_message = sent_ == ends_.front();
      if (ends_message) ends_.pop_front();
      const bool was_full = outstanding_ + kPacket > sctp_window_;
      const std::int64_t jitter = options_.jitter_ms > 0 ? Random() % (options_.jitter_ms * 1000) : 0;
      last_there_ = std::max(link_.Carry(world_.now(), size + 60) + options_.round_trip_ms * 500 + jitter, last_there_);
      const std::int64_t there = last_there_;
      world_.At(there + options_.round_trip_ms * 500, [this, size, was_full] {
        outstanding_ -= size;
        // Of two packets, one is answered.
        if (was_full) sctp_window_ += static_cast<std::int64_t>(static_cast<double>(size) * (options_.growth - 1));
        SendPackets();
      });
      if (!ends_message) continue;
      const std::int64_t turn = options_.turn_ms * 1000;
      const std::int64_t heard = turn > 0 ? (there + turn - 1) / turn * turn : there;
      world_.At(heard + options_.round_trip_ms * 500, [this, there = heard, total = sent_] {
        arrived_ = total;
        const auto theirs = static_cast<std::int64_t>(static_cast<double>(there) * (1 + options_.clock_drift_ppm / 1e6));
        flight_.Acknowledge(Time(world_.now()), ByteCount(total), Time(theirs + options_.clock_offset_ms * 1000));
        Send();
      });
    }
  }
  std::int64_t Random() {
    seed_ = seed_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::int64_t>(seed_ >> 33U);
  }

  World& world_;
  PathOptions options_;
  Link& link_;
  Flight flight_;
  std::deque<std::int64_t> ends_;
  std::int64_t handed_ = 0;
  std::int64_t sent_ = 0;
  std::int64_t outstanding_ = 0;
  std::int64_t sctp_window_ = 10 * kPacket;
  std::int64_t last_there_ = 0;
  std::int64_t arrived_ = 0;
  std::uint64_t seed_ = 1;
};

struct Outcome {
  // Of what the link bears, from the first byte and of the steady part.
  double from_the_start;
  double steady;
  double mean_queue_ms;
  double longest_queue_ms;
  std::int64_t overflows;
};

Outcome Measure(const PathOptions& options, std::int64_t seconds = 6) {
  Link link(options);
  World world;
  Flow flow(world, options, link);
  flow.Send();
  const std::int64_t warm = seconds * 1'000'000 / 4;
  world.RunUntil(warm);
  const std::int64_t arrived_warm = flow.arrived();
  Outcome outcome{};
  outcome.overflows = link.overflows();
  outcome.longest_queue_ms = link.longest_ms();
  link.Forget();
  world.RunUntil(seconds * 1'000'000);
  const std::int64_t now = world.now();
  const double rate = options.megabits / 8;
  outcome.from_the_start = static_cast<double>(flow.arrived()) / rate / static_cast<double>(now);
  outcome.steady = static_cast<double>(flow.arrived() - arrived_warm) / rate / static_cast<double>(now - warm);
  outcome.mean_queue_ms = link.mean_ms();
  outcome.overflows += link.overflows();
  outcome.longest_queue_ms = std::max(outcome.longest_queue_ms, link.longest_ms());
  return outcome;
}

TEST(Congestion, PrintTable) {
  for (const double megabits : {1.0, 5.0, 20.0, 100.0}) {
    for (const std::int64_t rtt : {2, 10, 20, 50, 100, 200, 400}) {
      for (const std::int64_t turn : {0, 7}) for (const double growth : {1.5, 2.0}) {
        const std::int64_t jitter = turn;
        const Outcome o = Measure({.megabits = megabits, .round_trip_ms = rtt, .turn_ms = turn, .growth = growth}, 10);
        std::printf("%5.0f Mbit/s %4lld ms turn %2lld growth %.1f: start %.2f steady %.2f queue mean %.0f max %.0f overflows %lld\n", megabits,
                    static_cast<long long>(rtt), static_cast<long long>(jitter), growth, o.from_the_start, o.steady, o.mean_queue_ms, o.longest_queue_ms,
                    static_cast<long long>(o.overflows));
      }
    }
  }
}

TEST(Congestion, PrintShares) {
  for (const std::int64_t rtt : {10, 50, 200}) {
    const PathOptions options{.round_trip_ms = rtt};
    Link link(options);
    World world;
    std::deque<Flow> going;
    for (int i = 0; i < 4; ++i) {
      going.emplace_back(world, options, link).Send();
      world.RunUntil(world.now() + 3'000'000);
      std::printf("flows %d: overflows %lld queue mean %.0f max %.0f\n", i + 1, (long long)link.overflows(), link.mean_ms(), link.longest_ms());
      link.Forget();
    }
    for (int s = 0; s < 4; ++s) {
      std::vector<std::int64_t> before;
      for (Flow& f : going) before.push_back(f.arrived());
      world.RunUntil(world.now() + 10'000'000);
      std::printf("rtt %lld after %d s: ", (long long)rtt, (s + 1) * 10);
      for (std::size_t i = 0; i < going.size(); ++i) std::printf("%.2f ", static_cast<double>(going[i].arrived() - before[i]) / 25e6);
      std::printf("queue mean %.0f max %.0f overflows %lld\n", link.mean_ms(), link.longest_ms(), (long long)link.overflows());
      link.Forget();
    }
  }
}

}  // namespace
}  // namespace peer_session
