// One direction of a simulated channel: ordered, reliable, with a buffer that drains when the schedule says so.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_PIPE_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_PIPE_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace peer_session::simulation {

struct File {
  std::string id;
  std::int64_t size = 0;
  // What `meta` will say, and what the content really hashes to.
  std::string hash;
  std::string content_hash;
};

struct Message {
  bool is_binary = false;
  std::string text;
  std::int64_t size = 0;
  // Whose bytes they are; null for bytes that a hostile peer made up.
  const File* file = nullptr;
  std::int64_t offset = 0;
};

class Pipe {
 public:
  void Push(Message message) {
    buffered_ += message.size;
    unsent_.push_back(std::move(message));
  }

  // Sends one buffered message on its way; true when that took the buffer across the threshold.
  bool Drain() {
    if (unsent_.empty()) return false;
    const bool was_above = buffered_ > threshold_;
    buffered_ -= unsent_.front().size;
    in_flight_.push_back(std::move(unsent_.front()));
    unsent_.pop_front();
    return was_above && buffered_ <= threshold_;
  }

  std::optional<Message> Arrive() {
    if (in_flight_.empty()) return std::nullopt;
    Message message = std::move(in_flight_.front());
    in_flight_.pop_front();
    return message;
  }

  void Clear() {
    unsent_.clear();
    in_flight_.clear();
    buffered_ = 0;
  }

  void set_threshold(std::int64_t bytes) { threshold_ = bytes; }
  std::int64_t threshold() const { return threshold_; }
  std::int64_t buffered() const { return buffered_; }
  bool HasUnsent() const { return !unsent_.empty(); }
  bool HasInFlight() const { return !in_flight_.empty(); }

  void Stall() { stalled_ = true; }
  bool IsStalled() const { return stalled_; }

 private:
  std::deque<Message> unsent_;
  std::deque<Message> in_flight_;
  std::int64_t buffered_ = 0;
  std::int64_t threshold_ = 0;
  bool stalled_ = false;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_PIPE_H_
