// What the peer has said of itself. Without a word it is one of contract.md, which understands no more than that.
#ifndef PEER_SESSION_SRC_PEER_H_
#define PEER_SESSION_SRC_PEER_H_

#include <optional>
#include <string>

#include "peer_session/types.h"
#include "wire/features.h"

namespace peer_session {

struct Peer {
  wire::FeatureSet features;
  // Of its session object; empty: it has not said.
  std::string epoch;
  // Larger files it refuses.
  std::optional<ByteCount> max_file_size;

  // It has said no `hello` before its first request or offer.
  bool IsClassic() const { return epoch.empty(); }
  bool Understands(wire::Feature feature) const { return features.Has(feature); }
};

}  // namespace peer_session

#endif  // PEER_SESSION_SRC_PEER_H_
