#include "scenario/simulation/announcing_model.h"

#include <algorithm>
#include <utility>

namespace peer_session::simulation {
namespace {

// A message that says one hash is not longer.
constexpr std::int64_t kOneHash = 120;

}  // namespace

void AnnouncingModel::SaysInventory(const std::vector<std::string>& hashes) {
  bool all_are_hashes = true;
  for (const std::string& hash : hashes) all_are_hashes = NormalizedInto(inventory_, hash) && all_are_hashes;
  if (!all_are_hashes) ++mistakes_;
  if (hashes.empty()) inventory_owed_ = true;
}

void AnnouncingModel::SaysRequest(const std::string& hash) {
  if (!NormalizedInto(requests_, hash)) ++mistakes_;
}

void AnnouncingModel::Reported(Reason reason) {
  if (reason == Reason::kInvalidHash && mistakes_ > 0) --mistakes_;
  if (reason == Reason::kMessageTooLong || reason == Reason::kChannelFull) was_told_of_a_loss_ = true;
}

void AnnouncingModel::HeardInventory(const std::vector<std::string>& hashes) {
  inventory_owed_ = false;
  for (const std::string& hash : hashes) inventory_.erase(hash);
}

std::string_view AnnouncingModel::CheckAllHeard(std::int64_t max_message) const {
  if (!offers_.empty()) return "an offer that was made and never heard";
  const bool may_lose = max_message < kOneHash || most_owed_ >= options_.limits.max_announced_hashes;
  if (was_told_of_a_loss_) return may_lose ? "" : "something was not said although there was room";
  if (!inventory_.empty() || inventory_owed_) return "an inventory that was said and never heard whole";
  if (!requests_.empty()) return "a request that was made and never heard";
  if (sync_owed_) return "a sync that was asked for and never heard";
  return "";
}

bool AnnouncingModel::NormalizedInto(std::set<std::string>& owed, std::string hash) {
  if (hash.size() != 64) return false;
  for (char& digit : hash) {
    if (digit >= 'A' && digit <= 'F') digit = static_cast<char>(digit - 'A' + 'a');
    if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) return false;
  }
  owed.insert(std::move(hash));
  most_owed_ = std::max(most_owed_, owed.size());
  return true;
}

}  // namespace peer_session::simulation
