// Text from the peer -> a checked message.
#ifndef PEER_SESSION_SRC_WIRE_PARSE_H_
#define PEER_SESSION_SRC_WIRE_PARSE_H_

#include <string_view>

#include "peer_session/options.h"
#include "wire/message.h"

namespace peer_session::wire {

// Accepts any bytes whatever. A size is a whole number from 0 to 2^53 - 1, the largest a JavaScript peer can mean.
// `features`: of the peer. Without Feature::kTrailingHash every file has its hash, and nobody knows `transfer-end`.
Message Parse(std::string_view text, const Limits& limits, FeatureSet features);

}  // namespace peer_session::wire

#endif  // PEER_SESSION_SRC_WIRE_PARSE_H_
