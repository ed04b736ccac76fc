// One engine with what carries out its actions, and the two models that watch it.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_ENDPOINT_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_ENDPOINT_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "peer_session/session.h"
#include "scenario/simulation/journal.h"
#include "scenario/simulation/pipe.h"
#include "scenario/simulation/random.h"
#include "scenario/simulation/receiving_model.h"
#include "scenario/simulation/sending_model.h"

namespace peer_session::simulation {

// What the world lets go wrong, in percent.
struct Faults {
  int read_fails = 0;
  int answer_never_comes = 0;
  int digest_fails = 0;
  int refused = 0;
  // The owner is asked in passing; only a late answer lets the next meta overtake it.
  int late_authorization = 0;
  int store_fails = 0;
  int calls_back = 0;
};

class Endpoint {
 public:
  Endpoint(int number, const Options& options, const Faults& faults, Pipe& out, Random& random, Journal& journal);

  // Where callbacks call back in; may call any command of any endpoint.
  void set_on_callback(std::function<void(Endpoint&)> callback) { on_callback_ = std::move(callback); }

  // --- Commands and facts; each carries out what follows from it. ---
  void Open(Timestamp now, std::int64_t max_message);
  void Offer(Timestamp now, const File* file);
  void Pull(Timestamp now, const std::string& id);
  void Say(Timestamp now);
  void Close(Timestamp now);
  void ChannelClosed(Timestamp now, Reason reason);
  void Arrive(Timestamp now, const Message& message);
  void ReportBuffered(Timestamp now);
  // Some task that the engine waits for comes to its end, well or badly.
  void FinishSomeTask(Timestamp now);
  // This one, in a fixed way.
  void FinishTask(Timestamp now, std::size_t task, bool well);
  void Timeout(Timestamp now);

  bool HasTasks() const { return !tasks_.empty(); }
  std::size_t tasks() const { return tasks_.size(); }
  bool IsOver() const { return is_over_; }
  // Nobody tells an engine of room that it does not wait for.
  bool IsAwaitingLow() const { return is_awaiting_low_; }
  std::vector<std::string>& heard() { return heard_; }
  Session& session() { return session_; }
  ReceivingModel& receiving() { return receiving_; }
  SendingModel& sending() { return sending_; }
  Pipe& out() { return out_; }
  // Pulls of this endpoint that ended badly.
  int failures() const { return failures_; }

 private:
  enum class TaskKind { kRead, kAuthorize, kDigest };
  struct Task {
    TaskKind kind;
    TransferKey key;
  };

  // The engine's clock never goes back, whatever it is told.
  Timestamp Tick(Timestamp now);
  void AnswerOwner(TransferKey key, bool allowed);
  void CarryOut();
  void Do(const Action& action);
  void Push(Message message);
  void Check(std::string_view problem) {
    if (!problem.empty()) journal_.Violation(number_, problem);
  }
  void Note(std::string_view kind, const std::string& what) const { journal_.Note(number_, kind, what); }
  void CallBack();
  void CheckBounds();

  int number_;
  const Options options_;
  const Faults& faults_;
  Pipe& out_;
  Random& random_;
  Journal& journal_;
  Session session_;
  SendingModel sending_;
  ReceivingModel receiving_;
  std::function<void(Endpoint&)> on_callback_;
  std::vector<Task> tasks_;
  std::vector<TransferKey> refused_;
  // Ids that the peer has offered and nobody here has pulled.
  std::vector<std::string> heard_;
  Timestamp now_;
  std::int64_t max_message_ = 0;
  std::uint32_t last_key_ = 0;
  int failures_ = 0;
  int depth_ = 0;
  bool is_awaiting_low_ = false;
  bool must_check_buffer_ = false;
  bool is_over_ = false;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_ENDPOINT_H_
