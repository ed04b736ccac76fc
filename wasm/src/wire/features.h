// What a peer understands beyond contract.md's messages, as its `hello` says. docs/protocol.md, "Hello".
#ifndef PEER_SESSION_SRC_WIRE_FEATURES_H_
#define PEER_SESSION_SRC_WIRE_FEATURES_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace peer_session::wire {

enum class Feature : std::uint8_t {
  kCancel,        // `transfer-cancel` and `offer-withdraw`
  kReceipt,       // `transfer-done`
  kResume,        // `offset` in `pull-request`; keeps what was pulled until it has arrived, over a lost channel too
  kCredit,        // `credit`, in `pull-request` and as a message
  kAck,           // `ack` for the file bytes that arrive
  kLanes,         // `lane` and `segment`: a file's bytes on several channels
  kTrailingHash,  // files that are offered without a hash, and `transfer-end`, which has it
  kPause,         // `transfer-pause`, and a `transfer-abort` that answers it; keeps what is paused
};

inline constexpr std::array<std::string_view, 8> kFeatureNames = {"cancel", "receipt", "resume",        "credit",
                                                                  "ack",    "lanes",   "trailing-hash", "pause"};

class FeatureSet {
 public:
  constexpr FeatureSet() = default;
  static constexpr FeatureSet All() {
    FeatureSet all;
    all.bits_ = (1U << kFeatureNames.size()) - 1;
    return all;
  }

  constexpr bool Has(Feature feature) const { return (bits_ >> static_cast<unsigned>(feature) & 1U) != 0; }
  constexpr FeatureSet Without(Feature feature) const {
    FeatureSet others = *this;
    others.bits_ &= ~(1U << static_cast<unsigned>(feature));
    return others;
  }
  // A name that this version does not know adds nothing.
  constexpr void Add(std::string_view name) {
    for (std::size_t index = 0; index < kFeatureNames.size(); ++index) {
      if (kFeatureNames.at(index) == name) bits_ |= 1U << index;
    }
  }

 private:
  unsigned bits_ = 0;
};

}  // namespace peer_session::wire

#endif  // PEER_SESSION_SRC_WIRE_FEATURES_H_
