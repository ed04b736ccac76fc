// Reads the known top-level fields of a JSON object in one pass, without building a tree.
//
// A peer's message is hostile until checked: nesting, count and length are bounded while reading, unknown fields are
// skipped at whatever they hold, and nothing is allocated for them.
#ifndef PEER_SESSION_SRC_WIRE_FIELD_READER_H_
#define PEER_SESSION_SRC_WIRE_FIELD_READER_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "peer_session/options.h"
#include "wire/features.h"

namespace peer_session::wire {

enum class StringField {
  kType,
  kTransferId,
  kName,
  kMime,
  kHash,
  kOriginalSenderId,
  kSignature,
  kPublicKey,
  kReason,
  kEpoch,
  kOffer,
  kAnswer,
  kExtra,
  kDetail,
  kCount
};
enum class NumberField {
  kSize,
  kTtl,
  kIdentityCreatedAt,
  kOffset,
  kCredit,
  kUpTo,
  kMaxFileSize,
  kReceived,
  kAt,
  kLane,
  kCount
};

// A field that is absent, or null, reads as nothing. One of the wrong type sets `wrong_type`, so that its message is
// refused instead of half-read. A signature or key of the wrong type reads as an empty one, and a date as nothing; of the
// fields that came with `hello`, which older peers may use for something else, a number reads as NaN and a text as nothing.
struct Fields {
  std::array<std::optional<std::string>, static_cast<std::size_t>(StringField::kCount)> strings;
  std::array<std::optional<double>, static_cast<std::size_t>(NumberField::kCount)> numbers;
  std::optional<bool> is_pinned;
  // Those that are hashes, and whether the list had anything else.
  std::optional<std::vector<std::string>> hashes;
  bool other_hashes = false;
  // Of `features`, those that this version knows.
  FeatureSet features;
  bool wrong_type = false;

  const std::optional<std::string>& Get(StringField field) const { return strings[static_cast<std::size_t>(field)]; }
  const std::optional<double>& Get(NumberField field) const { return numbers[static_cast<std::size_t>(field)]; }
};

// False when the text is not one JSON object in valid UTF-8, or breaks a bound. A repeated key: the last one counts, as in
// every browser.
bool ReadFields(std::string_view text, const Limits& limits, Fields& fields);

}  // namespace peer_session::wire

#endif  // PEER_SESSION_SRC_WIRE_FIELD_READER_H_
