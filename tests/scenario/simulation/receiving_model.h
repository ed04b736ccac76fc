// What an engine owes as a receiver: one verdict for each binary message, one end for each pull, and neither too early.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_RECEIVING_MODEL_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_RECEIVING_MODEL_H_

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "peer_session/action.h"
#include "peer_session/options.h"
#include "scenario/simulation/pipe.h"

namespace peer_session::simulation {

class ReceivingModel {
 public:
  explicit ReceivingModel(const Options& options) : options_(options) {}

  void Pulled(TransferKey key, const std::string& id, Timestamp now);
  void Arrived(const Message& message) { unjudged_.push_back(message); }

  // Each answers with what is wrong, or nothing.
  std::string_view Authorized(TransferKey key, Timestamp now);
  std::string_view Stored(const StoreChunk& chunk, Timestamp now);
  std::string_view Dropped();
  std::string_view Verified(TransferKey key);
  std::string_view Delivered(const Deliver& delivery);
  std::string_view Ended(const Failed& failure, Timestamp now);
  // After HandleTimeout.
  std::string_view CheckNothingIsOverdue(Timestamp now) const;
  std::string_view CheckEveryMessageIsJudged() const;
  std::string_view CheckAllEnded() const;

  // What a reader of the stored bytes would compute.
  std::string Digest(TransferKey key) const;
  bool IsOpen(TransferKey key) const;
  bool HasOpen() const { return open_ > 0; }

 private:
  enum class State { kWaiting, kRunning, kVerifying, kEnded };
  struct Pull {
    std::string id;
    Timestamp asked_at;
    State state = State::kWaiting;
    std::int64_t stored = 0;
    bool is_sound = true;
    const File* file = nullptr;
    Timestamp last_byte_at;
  };

  Pull* Find(TransferKey key);
  void End(Pull& pull);

  const Options& options_;
  std::map<TransferKey, Pull> pulls_;
  std::deque<Message> unjudged_;
  std::deque<TransferKey> verifying_;
  Timestamp last_progress_;
  int open_ = 0;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_RECEIVING_MODEL_H_
