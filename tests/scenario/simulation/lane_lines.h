// The connections of two sides' lanes: each is made, opens, moves and is lost at moments of its own, so that what goes on them and on
// the first channel overtakes each other in every way.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_LANE_LINES_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_LANE_LINES_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "scenario/simulation/journal.h"
#include "scenario/simulation/pipe.h"
#include "scenario/simulation/polite_side.h"
#include "scenario/simulation/random.h"
#include "scenario/simulation/world.h"

namespace peer_session::simulation {

class LaneLines final : public LaneMaker {
 public:
  LaneLines(Weather weather, Random& random, Journal& journal)
      : weather_(weather), random_(random), journal_(journal) {}

  // Of each connection that is made.
  void set_max_message(std::int64_t size) { max_message_ = size; }

  void Open(PoliteSide& side, Lane lane) override;
  void Answer(PoliteSide& side, Lane lane, const std::string& description) override;
  void Accept(PoliteSide& side, Lane lane, const std::string& description) override;
  void Close(PoliteSide& side, Lane lane) override;
  void Refused(PoliteSide& side, Lane lane) override;

  // Something happens to one of them.
  void Step(Timestamp now);
  // Some of what can happen by itself happens. False when nothing can until time has passed.
  bool Settle(Timestamp now);
  // One that is open on this side; Lane::kFirst when there is none.
  Lane AnyOpen(const PoliteSide& side);

 private:
  enum class Phase { kAbsent, kDescribing, kDescribed, kOpen, kGone };

  // Of a connection, at one side.
  struct End {
    PoliteSide* side = nullptr;
    Lane lane{};
    Phase phase = Phase::kAbsent;
    Pipe out = {};

    bool IsLive() const { return phase != Phase::kAbsent && phase != Phase::kGone; }
  };
  struct Line {
    std::string description;
    End opener;
    End answerer;
    // The opener was given the answer.
    bool is_accepted = false;
    bool never_opens = false;
    // Nothing leaves on it any more; nobody is told of that while the opener has it.
    bool is_lost = false;
    bool is_silent = false;
  };

  std::vector<Line*> Lines();
  End* Find(const PoliteSide& side, Lane lane, Line** line = nullptr);
  End& Other(Line& line, const End& end) { return &end == &line.opener ? line.answerer : line.opener; }
  void Leave(Line& line, End& end);
  void Lose(Line& line);
  // Each returns whether something happened.
  bool GoOn(Timestamp now, Line& line, End& end);
  bool Describe(Timestamp now, Line& line, End& end);
  bool Move(Timestamp now, Line& line, End& end, std::int64_t messages);
  bool Notice(Timestamp now, Line& line, End& end);
  void Prune();
  bool IsCalm() const { return weather_ == Weather::kCalm; }

  Weather weather_;
  Random& random_;
  Journal& journal_;
  std::int64_t max_message_ = 0;
  std::deque<std::unique_ptr<Line>> lines_;
  int made_ = 0;
  int losses_ = 0;
  int silences_ = 0;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_LANE_LINES_H_
