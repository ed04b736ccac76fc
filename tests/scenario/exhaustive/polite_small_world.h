// Two sessions that say hello, small enough that everything that can happen to them can be listed: a change of mind at any moment,
// or a connection that is lost at any moment and comes back.
#ifndef PEER_SESSION_TESTS_SCENARIO_EXHAUSTIVE_POLITE_SMALL_WORLD_H_
#define PEER_SESSION_TESTS_SCENARIO_EXHAUSTIVE_POLITE_SMALL_WORLD_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scenario/exhaustive/small.h"
#include "scenario/simulation/polite_side.h"

namespace peer_session::exhaustive {

// At most once, and at any moment; of the first file.
enum class Mishap { kReceiverCancels, kSenderWithdraws, kLoss };

struct PoliteScope {
  std::string name;
  std::vector<std::int64_t> sizes;
  Mishap mishap = Mishap::kLoss;
};

struct PoliteEvent {
  // kSenderNotices and kReceiverNotices: that the connection is lost.
  enum class Kind {
    kDrain,
    kArrive,
    kAnswer,
    kSenderTask,
    kReceiverTask,
    kMishap,
    kSenderNotices,
    kReceiverNotices,
    kReconnect
  };
  Kind kind;
  std::size_t which = 0;

  std::string Describe() const;
  bool MayNeverCome() const { return kind == Kind::kMishap; }
};

class PoliteSmallWorld {
 public:
  using Scope = PoliteScope;
  using Event = PoliteEvent;

  PoliteSmallWorld(const Scope& scope, simulation::Journal& journal);

  std::vector<Event> Enabled() const;
  void Do(const Event& event);
  void ComeToRest();
  // As of SmallWorld.
  std::pair<std::uint64_t, std::uint64_t> State() const { return {sender_history_.state(), receiver_history_.state()}; }

 private:
  void Connect();
  void DoMishap();
  void HearLevels();
  void DeliverAll(simulation::Pipe& pipe, simulation::PoliteSide& from, simulation::PoliteSide& to);

  const Scope& scope_;
  simulation::Journal& journal_;
  simulation::SideFaults sender_faults_;
  simulation::SideFaults receiver_faults_{.buffered_untold = 100};
  simulation::Facts facts_;
  simulation::Shelf shelf_;
  simulation::Random unused_{0};
  std::unique_ptr<simulation::Pipe> to_receiver_;
  std::unique_ptr<simulation::Pipe> to_sender_;
  simulation::PoliteSide sender_;
  simulation::PoliteSide receiver_;
  std::deque<simulation::File> files_;
  bool mishap_used_ = false;
  bool is_broken_ = false;
  Timestamp now_ = Timestamp::FromMicros(1'000'000);
  History sender_history_{1};
  History receiver_history_{2};
};

}  // namespace peer_session::exhaustive

#endif  // PEER_SESSION_TESTS_SCENARIO_EXHAUSTIVE_POLITE_SMALL_WORLD_H_
