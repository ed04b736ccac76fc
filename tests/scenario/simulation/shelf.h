// What is here of contents that did not arrive whole, by hash and size: what one peer began, another may finish.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_SHELF_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_SHELF_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace peer_session::simulation {

class Shelf {
 public:
  struct Part {
    std::int64_t have = 0;
    // Its bytes are those of the content.
    bool is_sound = true;
  };

  // The longest part of a content is kept.
  void Put(const std::string& hash, std::int64_t size, Part part) {
    Part& here = parts_[{hash, size}];
    if (part.have > here.have) here = part;
  }
  // It belongs to whoever takes it; nothing of a content that is unknown.
  Part Take(const std::string& hash, std::int64_t size) {
    const auto found = parts_.find({hash, size});
    if (found == parts_.end()) return {};
    const Part part = found->second;
    parts_.erase(found);
    return part;
  }

 private:
  std::map<std::pair<std::string, std::int64_t>, Part> parts_;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_SHELF_H_
