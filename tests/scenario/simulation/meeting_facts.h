// What is known of a world's files from outside its engines, and holds for all of its sides.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_MEETING_FACTS_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_MEETING_FACTS_H_

#include <map>
#include <set>
#include <string>

namespace peer_session::simulation {

// Sets of transfer ids, each of one offer.
struct Facts {
  // The engines say whatever is said.
  bool is_honest = true;
  std::set<std::string> delivered;
  std::set<std::string> cancelled;
  std::set<std::string> withdrawn;
  // What their offers have attached.
  std::map<std::string, std::string> extras;
  // A stranger said that these were delivered.
  std::set<std::string> falsely_confirmed;

  bool IsGivenUp(const std::string& id) const { return cancelled.contains(id) || withdrawn.contains(id); }
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_MEETING_FACTS_H_
