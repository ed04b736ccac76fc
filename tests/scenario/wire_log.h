// One direction of a channel as the other side will see it; says whether two files ever interleave.
//
// Knows nothing of the engine but what it puts on the wire.
#ifndef PEER_SESSION_TESTS_SCENARIO_WIRE_LOG_H_
#define PEER_SESSION_TESTS_SCENARIO_WIRE_LOG_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace peer_session::scenario {

class WireLog {
 public:
  // Each answers with what is wrong, or nothing.
  std::string_view Meta(const std::string& id, std::int64_t size) {
    const std::string_view problem = missing_ == 0 ? "" : "a meta before the last byte of the file before";
    id_ = id;
    missing_ = size;
    return problem;
  }
  std::string_view Binary(const std::string& id, std::int64_t size) {
    if (size <= 0) return "an empty binary message";
    if (id != id_) return "bytes of a file whose meta was not the last";
    if (size > missing_) return "more bytes than the meta announced";
    missing_ -= size;
    return "";
  }
  std::string_view Abort(const std::string& id) {
    if (id == id_) missing_ = 0;
    return "";
  }

 private:
  std::string id_;
  std::int64_t missing_ = 0;
};

}  // namespace peer_session::scenario

#endif  // PEER_SESSION_TESTS_SCENARIO_WIRE_LOG_H_
