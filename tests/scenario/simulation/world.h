// One schedule: engines, channels, a virtual clock, and everything that happens to them, from one seed.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_WORLD_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_WORLD_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "scenario/simulation/any_options.h"
#include "scenario/simulation/endpoint.h"
#include "scenario/simulation/journal.h"
#include "scenario/simulation/pipe.h"
#include "scenario/simulation/random.h"

namespace peer_session::simulation {

// calm: nothing goes wrong, so every pull of an offered file must be delivered, and everything said be heard, whatever the
// options. faulty: reads, hashes, owners, channels and clocks misbehave. hostile: a peer also says what no engine would.
enum class Weather { kCalm, kFaulty, kHostile };

class World {
 public:
  World(std::uint64_t seed, Journal& journal);

  // Empty, or what was violated.
  std::string Run();

 private:
  struct Link {
    Pipe to_right;
    Pipe to_left;
    std::unique_ptr<Endpoint> left;
    std::unique_ptr<Endpoint> right;
  };

  void Build();
  Options ChooseOptions();
  void ChooseFaults();
  void Step();
  void Advance();
  void Command(Endpoint& endpoint);
  void Say(Endpoint& endpoint);
  void OnNews(Endpoint& endpoint, const News& news);
  void AskAgain(Endpoint& endpoint, const News& news);
  void DrainSome(Link& link, bool rightwards, std::int64_t messages);
  void DeliverSome(Link& link, bool rightwards, std::int64_t messages);
  void Inject(Link& link, bool rightwards);
  void Break(Link& link);
  void PropagateCloses();
  // Everything that can still happen by itself happens, and then time passes until nothing is due.
  void ComeToRest();
  bool SettleOnce();
  void CheckRest();
  void CheckEnd();

  const File* NewFile();
  std::vector<std::string> SomeHashes();
  Timestamp Now();
  bool Failed() const { return !journal_.violation().empty(); }

  Random random_;
  Journal& journal_;
  Weather weather_ = Weather::kCalm;
  Scale scale_ = Scale::kBytes;
  Faults faults_;
  // In percent: how often the owner asks again for what has failed, offers again what has ended, says again what was said; and
  // does something else in a callback.
  int asks_again_ = 0;
  int calls_back_ = 0;
  // Events of the platform that come when others have come between.
  int late_events_ = 0;
  Turn turn_;
  std::vector<std::unique_ptr<Link>> links_;
  std::vector<Endpoint*> endpoints_;
  std::deque<File> files_;
  Timestamp now_;
  bool is_resting_ = false;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_WORLD_H_
