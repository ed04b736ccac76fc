// The old class at the other end, as a receiver, by its contract: it gives a pull 15 s from the moment it asks until `meta`, and a
// running file 30 s without a byte; it knows neither aborts nor patience.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_CLASSIC_RECEIVER_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_CLASSIC_RECEIVER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "peer_session/types.h"
#include "scenario/simulation/heard_text.h"
#include "scenario/simulation/pipe.h"

namespace peer_session::simulation {

class ClassicReceiver {
 public:
  // One that `answers` says a pong for each ping.
  ClassicReceiver(Pipe& out, bool answers) : out_(out), answers_(answers) {}

  // One at a time: what its timers do to those that wait in its queue is its own affair.
  void Pull(Timestamp now, const std::string& id) {
    pulled_ = id;
    due_ = now + Duration::Seconds(15);
    Say(R"({"type":"pull-request","transferId":")" + id + R"("})");
  }

  void Arrive(Timestamp now, const Message& message) {
    if (message.is_binary) {
      if (!runs_) return;
      missing_ -= message.size;
      due_ = now + Duration::Seconds(30);
    } else {
      const HeardText heard(message.text);
      if (heard.type() == "ping" && answers_) Say(R"({"type":"pong"})");
      if (heard.type() == "offer-file") offers_.push_back(heard.id());
      if (heard.type() != "meta" || !pulled_ || heard.id() != *pulled_) return;
      runs_ = true;
      missing_ = heard.size().value_or(0);
      due_ = now + Duration::Seconds(30);
    }
    if (runs_ && missing_ == 0) {
      ++received_;
      End();
    }
  }

  std::optional<Timestamp> NextDeadline() const { return pulled_ ? std::optional<Timestamp>(due_) : std::nullopt; }
  // The pull that has run out of time, if one has.
  std::optional<std::string> Timeout(Timestamp now) {
    if (!pulled_ || now < due_) return std::nullopt;
    const std::string id = *pulled_;
    End();
    return id;
  }

  bool IsIdle() const { return !pulled_; }
  bool HasOffers() const { return !offers_.empty(); }
  std::vector<std::string>& offers() { return offers_; }
  int received() const { return received_; }

 private:
  void Say(std::string text) {
    const auto size = static_cast<std::int64_t>(text.size());
    out_.Push(Message{.text = std::move(text), .size = size});
  }
  void End() {
    pulled_.reset();
    runs_ = false;
  }

  Pipe& out_;
  bool answers_;
  std::vector<std::string> offers_;
  std::optional<std::string> pulled_;
  Timestamp due_;
  bool runs_ = false;
  std::int64_t missing_ = 0;
  int received_ = 0;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_CLASSIC_RECEIVER_H_
