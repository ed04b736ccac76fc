// Two sessions that say hello, small enough that everything that can happen to them can be listed: a change of mind at any moment,
// a connection that is lost at any moment and comes back, or a lane that is lost at any moment.
#ifndef PEER_SESSION_TESTS_SCENARIO_EXHAUSTIVE_POLITE_SMALL_WORLD_H_
#define PEER_SESSION_TESTS_SCENARIO_EXHAUSTIVE_POLITE_SMALL_WORLD_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scenario/exhaustive/small.h"
#include "scenario/simulation/pipe.h"
#include "scenario/simulation/polite_side.h"

namespace peer_session::exhaustive {

// At most once, and at any moment; of the first file.
enum class Mishap { kReceiverCancels, kSenderWithdraws, kLoss, kLaneLoss, kReceiverPauses };

struct PoliteScope {
  std::string name;
  std::vector<std::int64_t> sizes;
  Mishap mishap = Mishap::kLoss;
  // It begins when a lane has just opened: the first two messages of the first file are there, and the next two handed over.
  bool has_lane = false;
  // Of the sinks that the files go into; 0: into memory.
  std::int64_t room = 0;
  // They are offered without a hash.
  bool hash_follows = false;
  // Of the receiver.
  std::int64_t pulls_ahead = 0;
};

struct PoliteEvent {
  // kSenderNotices and kReceiverNotices: that the connection is lost; the last two: that the lane is.
  enum class Kind {
    kDrain,
    kArrive,
    kAnswer,
    kSenderTask,
    kReceiverTask,
    kMishap,
    kSenderNotices,
    kReceiverNotices,
    kReconnect,
    kResume,
    kLaneDrain,
    kLaneArrive,
    kLaneAnswer,
    kSenderLosesLane,
    kReceiverLosesLane
  };
  Kind kind;
  std::size_t which = 0;

  std::string Describe() const;
  bool MayNeverCome() const { return kind == Kind::kMishap; }
};

// What the two sides want done with their lanes. The first one is made; another is never described.
class OneLane final : public simulation::LaneMaker {
 public:
  void Open(simulation::PoliteSide&, Lane) override { ++opened; }
  void Answer(simulation::PoliteSide&, Lane, const std::string&) override { is_answered = true; }
  void Accept(simulation::PoliteSide&, Lane, const std::string&) override { is_accepted = true; }
  void Close(simulation::PoliteSide& side, Lane) override { (side.number() == 0 ? is_here : is_there) = false; }
  void Refused(simulation::PoliteSide&, Lane) override {}

  int opened = 0;
  bool is_answered = false;
  bool is_accepted = false;
  // At the sender, and at the receiver.
  bool is_here = false;
  bool is_there = false;
  bool is_lost = false;
  simulation::Pipe to_receiver;
  simulation::Pipe to_sender;
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
  void MakeLane();
  void DoOnLane(const Event& event, std::uint64_t code);
  void DoMishap();
  void HearLevels();
  void DeliverAll(simulation::Pipe& pipe, simulation::PoliteSide& from, simulation::PoliteSide& to);

  const Scope& scope_;
  simulation::Journal& journal_;
  simulation::SideFaults sender_faults_;
  simulation::SideFaults receiver_faults_{.buffered_untold = 100, .sinks_take_all = true};
  simulation::Facts facts_;
  simulation::Shelf shelf_;
  simulation::Random unused_{0};
  std::unique_ptr<simulation::Pipe> to_receiver_;
  std::unique_ptr<simulation::Pipe> to_sender_;
  OneLane lane_;
  simulation::PoliteSide sender_;
  simulation::PoliteSide receiver_;
  std::deque<simulation::File> files_;
  // Or was not paused.
  bool was_resumed_ = true;
  bool mishap_used_ = false;
  bool is_broken_ = false;
  Timestamp now_ = Timestamp::FromMicros(1'000'000);
  History sender_history_{1};
  History receiver_history_{2};
};

}  // namespace peer_session::exhaustive

#endif  // PEER_SESSION_TESTS_SCENARIO_EXHAUSTIVE_POLITE_SMALL_WORLD_H_
