// Two sides with the default options over a path with a rate and a latency, in virtual time: what one side's waits do to the other's.
//
// As long as the path lives, whatever else takes its time, no pull may end because of a wait; and when the path dies, every pull
// ends within a bound.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_MEETING_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_MEETING_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "scenario/simulation/classic_receiver.h"
#include "scenario/simulation/endpoint.h"
#include "scenario/simulation/journal.h"
#include "scenario/simulation/path.h"
#include "scenario/simulation/pipe.h"
#include "scenario/simulation/random.h"

namespace peer_session::simulation {

class Meeting {
 public:
  Meeting(std::uint64_t seed, Journal& journal);

  // Empty, or what was violated.
  std::string Run();

 private:
  // What an owner does, and when.
  struct Plan {
    // kPull: of a file by its number, whether or not it was heard of. kLargeFile: more than the other side takes.
    enum class Kind { kOffers, kPull, kLargeFile, kInventory, kRequests, kSync, kPing, kPause, kDie };
    Timestamp at;
    int side = 0;
    Kind kind{};
    std::int64_t count = 0;
  };
  struct Side {
    Pipe out;
    std::unique_ptr<Path> path;
    std::unique_ptr<Endpoint> endpoint;
  };

  void ChoosePath();
  void MakePlans();
  void MakePlan(Timestamp at, int side, Plan::Kind kind, std::int64_t count);
  std::int64_t AnySize();
  Endpoint::Errand AnyErrand(TaskKind kind);
  std::optional<Timestamp> NextEvent() const;
  // Everything that is due, in the order in which it would happen on a page.
  void LiveThrough();
  void CarryOut(const Plan& plan);
  void OnNews(Endpoint& endpoint, const News& news);
  void CheckFailure(const Endpoint& receiver, const News& news);
  void ClassicLives();
  void CheckRest();

  const File* NewFile(std::int64_t size);
  bool IsFirst(const Endpoint& endpoint) const { return &endpoint == sides_[0].endpoint.get(); }
  bool Failed() const { return !journal_.violation().empty(); }

  Random random_;
  Journal& journal_;
  Options options_;
  Faults faults_;
  Turn turn_;
  Side sides_[2];
  // In place of the second side.
  std::optional<ClassicReceiver> classic_;
  std::deque<File> files_;
  std::deque<Plan> plans_;
  // In percent: offers that are pulled as soon as they are heard; and reads and signatures that take nearly, or more than, what
  // they may.
  int pulls_at_once_ = 0;
  int slow_tasks_ = 0;
  // The path is not slower than what is promised for.
  bool is_fast_enough_ = true;
  Duration timer_lateness_;
  // Bytes of text that each may still say.
  std::int64_t text_left_[2] = {};
  // Bytes that may still be pulled: so much and no more is simulated.
  std::int64_t bytes_left_ = 0;
  Timestamp began_at_;
  Timestamp now_;
  std::optional<Timestamp> died_at_;
  Timestamp last_end_;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_MEETING_H_
