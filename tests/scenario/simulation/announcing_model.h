// What one side says that it has and wants, and what its peer's owner hears of it: all of it, or this side's owner is told.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_ANNOUNCING_MODEL_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_ANNOUNCING_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "peer_session/error.h"
#include "peer_session/options.h"

namespace peer_session::simulation {

class AnnouncingModel {
 public:
  explicit AnnouncingModel(const Options& options) : options_(options) {}

  // --- What the engine is told; nothing counts while the channel is not open. ---
  void SaysInventory(const std::vector<std::string>& hashes);
  void SaysRequest(const std::string& hash);
  void SaysSync() { sync_owed_ = true; }
  void SaysOffer(const std::string& id) { offers_.insert(id); }

  // --- What it does. ---
  void Reported(Reason reason);
  void OfferNotMade(const std::string& id) { offers_.erase(id); }

  // --- What the peer's owner hears. ---
  void HeardInventory(const std::vector<std::string>& hashes);
  void HeardRequest(const std::string& hash) { requests_.erase(hash); }
  void HeardSync() { sync_owed_ = false; }
  void HeardOffer(const std::string& id) { offers_.erase(id); }

  // After what followed from an input was carried out: each mistake was reported.
  std::string_view CheckReported() const { return mistakes_ == 0 ? "" : "what is no hash was left out without a word"; }
  // Once nothing moves any more between two sides of one kind, over a connection that takes messages of that size.
  std::string_view CheckAllHeard(std::int64_t max_message) const;

 private:
  bool NormalizedInto(std::set<std::string>& owed, std::string hash);

  const Options& options_;
  // Said and not heard.
  std::set<std::string> inventory_;
  std::set<std::string> requests_;
  std::set<std::string> offers_;
  bool sync_owed_ = false;
  // An inventory of nothing says that nothing is here.
  bool inventory_owed_ = false;
  // Reports that must come.
  int mistakes_ = 0;
  // Something was said not to be told: what, is unknown. It may be when this much waited.
  bool was_told_of_a_loss_ = false;
  std::size_t most_owed_ = 0;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_ANNOUNCING_MODEL_H_
