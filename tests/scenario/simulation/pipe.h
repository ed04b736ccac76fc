// One direction of a simulated channel: ordered, reliable, with a buffer that drains when the schedule says so.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_PIPE_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_PIPE_H_

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>

namespace peer_session::simulation {

struct File {
  std::string id;
  std::int64_t size = 0;
  // As the owner says it, which may be wrong, in upper case, or no hash at all; empty: it follows. And what the content really
  // hashes to.
  std::string hash;
  std::string content_hash;
  // Whose file it is, if that is said.
  std::optional<std::string> sender = std::nullopt;
  // It can be read once only.
  bool once = false;
  // What its offer has attached.
  std::string extra = {};
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
    handed_ += message.size;
    unsent_.push_back(std::move(message));
  }

  // Sends so many of the buffered bytes; a message travels on with its last one. True when that took the buffer across the
  // threshold, of which a browser tells whoever listens, whether or not somebody waits for it. Where the event is missing the
  // buffer is looked at as long as somebody waits, and no longer.
  bool Drain(std::int64_t bytes) {
    const bool was_above = buffered() > threshold_;
    while (bytes > 0 && !unsent_.empty()) {
      const std::int64_t part = std::min(bytes, RestOfFront());
      bytes -= part;
      sent_of_front_ += part;
      drained_ += part;
      if (RestOfFront() > 0) break;
      in_flight_.push_back(std::move(unsent_.front()));
      unsent_.pop_front();
      sent_of_front_ = 0;
    }
    if (!was_above || buffered() > threshold_) return false;
    return std::exchange(is_awaited_, false) || tells_unasked_;
  }
  bool DrainFront() { return Drain(RestOfFront()); }

  std::optional<Message> Arrive() {
    if (in_flight_.empty()) return std::nullopt;
    Message message = std::move(in_flight_.front());
    in_flight_.pop_front();
    return message;
  }

  // Somebody is to be told that the threshold was crossed.
  void OweEvent() { owes_event_ = true; }
  bool TakeEvent() {
    // What was handed over meanwhile may be more than was waited for: then it is looked at on.
    if (owes_event_ && buffered() > threshold_) is_awaited_ = true;
    return std::exchange(owes_event_, false);
  }

  void Await(std::int64_t threshold) {
    threshold_ = threshold;
    is_awaited_ = true;
  }
  void TellOnlyWhenAsked() { tells_unasked_ = false; }
  std::int64_t threshold() const { return threshold_; }

  // Positions in the stream of all bytes: handed to the channel, and sent on their way.
  std::int64_t handed() const { return handed_; }
  std::int64_t drained() const { return drained_; }
  std::int64_t buffered() const { return handed_ - drained_; }

  bool HasUnsent() const { return !unsent_.empty(); }
  bool HasInFlight() const { return !in_flight_.empty(); }
  std::size_t in_flight() const { return in_flight_.size(); }
  bool FrontIsBinary() const { return !unsent_.empty() && unsent_.front().is_binary; }
  std::int64_t RestOfFront() const { return unsent_.empty() ? 0 : unsent_.front().size - sent_of_front_; }

  void Stall() { stalled_ = true; }
  bool IsStalled() const { return stalled_; }

 private:
  std::deque<Message> unsent_;
  std::int64_t sent_of_front_ = 0;
  std::deque<Message> in_flight_;
  std::int64_t handed_ = 0;
  std::int64_t drained_ = 0;
  std::int64_t threshold_ = 0;
  bool is_awaited_ = false;
  bool tells_unasked_ = true;
  bool owes_event_ = false;
  bool stalled_ = false;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_PIPE_H_
