// Which bytes of a file are here, in whatever order they come.
#ifndef PEER_SESSION_SRC_RECEIVE_COVERAGE_H_
#define PEER_SESSION_SRC_RECEIVE_COVERAGE_H_

#include <cstddef>
#include <vector>

#include "peer_session/types.h"

namespace peer_session {

class Coverage {
 public:
  // The file's first bytes are here already.
  explicit Coverage(ByteCount front) : front_(front), total_(front) {}

  // Returns how many of them are new.
  ByteCount Add(ByteCount begin, ByteCount end);

  // What is here without a gap, from the start of the file.
  ByteCount front() const { return front_; }
  ByteCount total() const { return total_; }
  // How many parts lie behind gaps. A peer of this kind has no more under way than its windows hold.
  bool IsTooScattered() const { return parts_.size() > kMostParts; }

 private:
  struct Part {
    ByteCount begin;
    ByteCount end;
  };

  static constexpr std::size_t kMostParts = 4096;

  ByteCount front_;
  ByteCount total_;
  // Behind the front, in order, with a gap before each.
  std::vector<Part> parts_;
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_RECEIVE_COVERAGE_H_
