#include "support/congestion/packet_path.h"

#include <algorithm>

namespace peer_session::testing {
namespace {

constexpr std::int64_t kKiB = 1024;

Timestamp Time(std::int64_t micros) { return Timestamp::FromMicros(micros); }

}  // namespace

void World::At(std::int64_t when, std::function<void()> what) {
  events_.emplace(std::pair(std::max(when, now_), ++count_), std::move(what));
}

void World::RunUntil(std::int64_t until) {
  while (!events_.empty() && events_.begin()->first.first <= until) {
    auto event = events_.extract(events_.begin());
    now_ = event.key().first;
    event.mapped()();
  }
  now_ = until;
}

std::int64_t Link::Carry(std::int64_t now, std::int64_t bytes) {
  free_at_ = std::max(free_at_, static_cast<double>(now));
  const double waits = free_at_ - static_cast<double>(now);
  if (waits > queue_us_) ++overflows_;
  const double takes = static_cast<double>(bytes) / bytes_per_us_;
  waited_ += waits * takes;
  busy_ += takes;
  free_at_ += takes;
  return static_cast<std::int64_t>(free_at_);
}

void Link::Forget() {
  overflows_ = 0;
  waited_ = busy_ = 0;
}

Flow::Flow(World& world, const PathOptions& options, Link& link)
    : world_(world), options_(options), link_(link), flight_(ByteCount(32 * kKiB)) {
  flight_.ExpectAcknowledgements();
}

void Flow::Send() {
  is_paused_ = false;
  Fill();
}

void Flow::Fill() {
  while (!is_paused_ && flight_.Room() > ByteCount()) {
    HandOver(std::clamp<std::int64_t>(flight_.MessageSize().value(), 4 * kKiB, 256 * kKiB));
  }
  if (!is_paused_) flight_.HandleLimited();
  SendPackets();
}

void Flow::SendOne() {
  HandOver(4 * kKiB);
  SendPackets();
}

void Flow::HandOver(std::int64_t size) {
  handed_ += size;
  flight_.HandOver(Time(world_.now()), ByteCount(size), ByteCount(size));
  ends_.push_back(handed_);
  handed_at_.push_back(world_.now());
}

void Flow::SendPackets() {
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
    const std::int64_t awake = std::max(there, suspended_until_);
    const std::int64_t heard = turn > 0 ? (awake + turn - 1) / turn * turn : awake;
    const std::int64_t asked = handed_at_.front();
    handed_at_.pop_front();
    world_.At(heard + options_.round_trip_ms * 500 + more_ms_back_ * 1000, [this, there = heard, total = sent_, asked] {
      arrived_ = total;
      if (options_.echoes) {
        flight_.Acknowledge(Time(world_.now()), ByteCount(total), Time(world_.now()), Time(asked));
        return Fill();
      }
      const auto theirs = static_cast<std::int64_t>(static_cast<double>(there) * (1 + options_.clock_drift_ppm / 1e6));
      flight_.Acknowledge(Time(world_.now()), ByteCount(total), Time(theirs + options_.clock_offset_ms * 1000));
      Fill();
    });
  }
}

std::int64_t Flow::Random() {
  seed_ = seed_ * 6364136223846793005U + 1442695040888963407U;
  return static_cast<std::int64_t>(seed_ >> 33U);
}

void GreedyFlow::Send() {
  while (static_cast<double>(under_way_) + 1 <= window_) {
    ++under_way_;
    const std::int64_t lost_before = link_.overflows();
    const std::int64_t there = link_.Carry(world_.now(), 1500);
    const bool is_lost = link_.overflows() > lost_before;
    world_.At(there + options_.round_trip_ms * 1000, [this, is_lost] {
      --under_way_;
      if (is_lost && world_.now() >= deaf_until_) {
        window_ = std::max(window_ / 2, 2.0);
        deaf_until_ = world_.now() + 200'000;
      } else if (!is_lost) {
        window_ += 1 / window_;
      }
      Send();
    });
  }
}

}  // namespace peer_session::testing
