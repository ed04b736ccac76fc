// Two engines and one channel, small enough that everything that can happen in it can be listed.
#ifndef PEER_SESSION_TESTS_SCENARIO_EXHAUSTIVE_SMALL_WORLD_H_
#define PEER_SESSION_TESTS_SCENARIO_EXHAUSTIVE_SMALL_WORLD_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "scenario/exhaustive/small.h"
#include "scenario/simulation/endpoint.h"

namespace peer_session::exhaustive {

// What may go wrong in a scope, at most once and at any moment; a refusal is of the first file, and always comes.
enum class Fault {
  kNone,
  kTask,
  kRefusal,
  kCloseSender,
  kCloseReceiver,
  kChannelError,
  kTime,
  kStrayText,
  kOtherMeta,
  kStrayBytes
};

struct Scope {
  std::string name;
  // One file for each size, all offered before the enumeration begins.
  std::vector<std::int64_t> sizes;
  Fault fault = Fault::kNone;
};

// One thing that may happen next. Plain numbers, so that a path of events is a path of numbers.
struct Event {
  // kHangUp: the side that is left hears of the other's end.
  enum class Kind { kPull, kDrain, kArrive, kAnswer, kSenderTask, kReceiverTask, kFault, kHangUp };
  Kind kind;
  std::size_t which = 0;
  bool well = true;

  std::string Describe() const;
  // A path may also end without it.
  bool MayNeverCome() const { return kind == Kind::kFault || kind == Kind::kHangUp; }
};

class SmallWorld {
 public:
  using Scope = exhaustive::Scope;
  using Event = exhaustive::Event;

  SmallWorld(const Scope& scope, simulation::Journal& journal);

  std::vector<Event> Enabled() const;
  void Do(const Event& event);
  // Nothing is left but time and the end: checks what must hold then. The world is used up by it.
  void ComeToRest();

  // Equal for two paths exactly if each engine went through the same inputs in the same order; what is in the channel
  // follows from that. Paths that differ only in how the two engines' inputs interleave are one state.
  std::pair<std::uint64_t, std::uint64_t> State() const { return {sender_history_.state(), receiver_history_.state()}; }

 private:
  void DoFault();
  void CheckDeliveries();
  void PassTime();

  const Scope& scope_;
  simulation::Journal& journal_;
  Options options_;
  // The sender is told what the channel holds before each input; the receiver only by events, since what its channel holds is no
  // part of its history.
  simulation::Faults sender_faults_;
  simulation::Faults receiver_faults_{.buffered_untold = 100};
  // Decides nothing here: no fault of the endpoints' own has a chance.
  simulation::Random unused_{0};
  simulation::Turn turn_;
  simulation::Pipe to_receiver_;
  simulation::Pipe to_sender_;
  simulation::Endpoint sender_;
  simulation::Endpoint receiver_;
  std::deque<simulation::File> files_;
  std::vector<bool> pulled_;
  bool fault_used_ = false;
  Timestamp now_ = Timestamp::FromMicros(1'000'000);
  History sender_history_{1};
  History receiver_history_{2};
};

}  // namespace peer_session::exhaustive

#endif  // PEER_SESSION_TESTS_SCENARIO_EXHAUSTIVE_SMALL_WORLD_H_
