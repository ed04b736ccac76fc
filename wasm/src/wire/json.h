// The one place that configures nlohmann-json, so that every file sees the same library.
#ifndef PEER_SESSION_SRC_WIRE_JSON_H_
#define PEER_SESSION_SRC_WIRE_JSON_H_

#define JSON_NO_IO 1
#define JSON_HAS_FILESYSTEM 0
#define JSON_HAS_EXPERIMENTAL_FILESYSTEM 0
#define JSON_HAS_RANGES 0
#define JSON_USE_IMPLICIT_CONVERSIONS 0
#include <nlohmann/json.hpp>

namespace peer_session::wire {

// One type for everything: each is a whole library in the binary.
using Json = nlohmann::json;

}  // namespace peer_session::wire

#endif  // PEER_SESSION_SRC_WIRE_JSON_H_
