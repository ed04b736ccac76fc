// What everybody does who owns an engine: gives it an input, carries out in order what follows until nothing does, remembers what
// it has asked for until that is answered, and knows when its time is up.
//
// What an action means is its owner's affair, and so is the clock.
#ifndef PEER_SESSION_TESTS_SUPPORT_ENGINE_HOST_H_
#define PEER_SESSION_TESTS_SUPPORT_ENGINE_HOST_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "peer_session/session.h"

namespace peer_session::testing {

// What an engine waits for beside channel and peer.
enum class Errand { kRead, kSign, kAuthorize, kDigest, kClaim, kFindPartial, kStore, kFinish, kHash };

// The answer to one errand.
struct Answer {
  bool well = true;
  // Of a digest, or the hash of an upload, that could be made.
  std::string hash = {};
  // Of a partial content; what a sink has taken; or how much of a block is there, if not all of it.
  ByteCount have = {};
};

class EngineHost {
 public:
  using CarryOut = std::function<void(const Action&)>;

  struct Task {
    Errand errand;
    TransferKey key;
    // Of kFindPartial, kStore and kFinish, which are answered by it.
    TransferId id = {};
    Timestamp due = {};
    // How it will end, where that is known beforehand.
    bool ends_well = true;
    // Of kRead: the number of the ReadBlock.
    std::uint32_t number = 0;
  };

  EngineHost(const Options& options, CarryOut carry_out, Group* group = nullptr, Member member = {});

  // One input, and what follows from it.
  template <typename Input>
  void Tell(Input input) {
    input(session_);
    Settle();
  }
  // Carries out what waits. From within an action it leaves that to the loop that the action was carried out by.
  void Settle();
  bool IsSettling() const { return is_settling_; }
  // One input caused more than any input can have to say: what follows from it would never end, and is not carried out.
  bool HasRunAway() const { return has_run_away_; }
  // What waits now was decided before the input that follows.
  void KeepWhatWaits();
  const std::deque<Action>& kept() const { return kept_; }
  // Whether the action that is being carried out was kept.
  bool IsCarryingOutKept() const { return is_carrying_out_kept_; }

  // --- What the engine has asked for, in the order in which it asked. ---
  void Await(Task task) { tasks_.push_back(std::move(task)); }
  const std::vector<Task>& tasks() const { return tasks_; }
  // It is no more awaited.
  Task Take(std::size_t task);
  // Those of that file and kind are of no use any more.
  void Forget(TransferKey key, Errand errand);
  void ForgetAll() { tasks_.clear(); }
  // The engine's input that answers it.
  void Tell(Timestamp now, const Task& task, const Answer& answer);
  // When the first of them is due.
  std::optional<Timestamp> NextTask() const;

  // The one timer: calls HandleTimeout if it is due.
  bool WakeIfDue(Timestamp now);
  std::optional<Timestamp> NextDeadline() const { return session_.NextDeadline(); }

  Session& session() { return session_; }
  const Session& session() const { return session_; }

 private:
  std::optional<Action> Next();

  Session session_;
  CarryOut carry_out_;
  std::vector<Task> tasks_;
  std::deque<Action> kept_;
  bool is_settling_ = false;
  bool has_run_away_ = false;
  bool is_carrying_out_kept_ = false;
};

}  // namespace peer_session::testing

#endif  // PEER_SESSION_TESTS_SUPPORT_ENGINE_HOST_H_
