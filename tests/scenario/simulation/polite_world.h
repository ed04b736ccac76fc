// One schedule of sessions that say hello: what a classic one cannot do happens here, and every connection may be lost.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_POLITE_WORLD_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_POLITE_WORLD_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "scenario/simulation/any_options.h"
#include "scenario/simulation/journal.h"
#include "scenario/simulation/lane_lines.h"
#include "scenario/simulation/meeting_facts.h"
#include "scenario/simulation/pipe.h"
#include "scenario/simulation/polite_side.h"
#include "scenario/simulation/random.h"
#include "scenario/simulation/shelf.h"
#include "scenario/simulation/world.h"

namespace peer_session::simulation {

class PoliteWorld {
 public:
  PoliteWorld(std::uint64_t seed, Journal& journal);

  // Empty, or what was violated.
  std::string Run();

 private:
  // Two sides and the connection of the moment.
  struct Link {
    PoliteSide* left = nullptr;
    PoliteSide* right = nullptr;
    std::unique_ptr<Pipe> to_right;
    std::unique_ptr<Pipe> to_left;
    std::unique_ptr<LaneLines> lanes;
    // Nothing moves on it any more, though a side may not have noticed.
    bool is_broken = false;
  };

  void Build();
  void ChooseFaults();
  Options ChooseOptions();
  void ChooseLanes(Pacing& pacing);
  PoliteSide* NewSide(LaneLines& lanes, Options options, bool says_hello);
  void Connect(Link& link);

  void Step();
  void Command(PoliteSide& side);
  void PauseOrResume(PoliteSide& side);
  // Whether there was anything.
  bool ResumeAll();
  void GiveUp(PoliteSide& side);
  void Decline(PoliteSide& side);
  void Advance();
  void DrainSome(Link& link, bool rightwards, std::int64_t messages);
  void DeliverSome(Link& link, bool rightwards, std::int64_t messages);
  bool GrantSome(Link& link, bool rightwards);
  void Inject(Link& link, bool rightwards);
  void InjectOnLanes(Link& link, PoliteSide& victim);
  // The connection is lost, though what was on its way may still arrive.
  void Break(Link& link);
  void Notice(PoliteSide& side);
  // Another connection, for which whoever is gone may have another session.
  void Reconnect(Link& link);
  void PropagateEnds(Link& link);

  void ComeToRest();
  bool SettleOnce();
  // Something may be on its way on a lane, and goes on when time has passed.
  bool HoldsPulls() const;
  bool WaitsForLanes() const;
  void CheckCalm();
  void CheckRest();
  void CheckEnd();

  const File* NewFile();
  std::string AnyId();
  bool IsCalm() const { return weather_ == Weather::kCalm; }
  // Both sides of it go on after a loss.
  static bool Recovers(const Link& link);
  bool Failed() const { return !journal_.violation().empty(); }

  Random random_;
  Journal& journal_;
  Weather weather_ = Weather::kCalm;
  SideFaults faults_;
  Facts facts_;
  Shelf shelf_;
  // In calm worlds too, in percent of commands: somebody changes his mind.
  // In percent of the commands.
  int pauses_ = 0;
  int gives_up_ = 0;
  // Of the offers: their hash follows.
  int hashes_follow_ = 0;
  // Lanes are opened as soon as there is something to send.
  bool has_lanes_ = false;
  // Little else goes wrong, so that they come to carry something.
  bool is_mild_ = false;
  Options options_;
  std::int64_t max_message_ = 0;
  std::deque<PoliteSide> sides_;
  std::deque<Link> links_;
  std::deque<File> files_;
  Timestamp now_ = Timestamp::FromMicros(1'000'000);
  int losses_ = 0;
  int epochs_ = 0;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_POLITE_WORLD_H_
