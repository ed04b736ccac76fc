#include "wire/field_reader.h"

#include <cstdint>
#include <limits>
#include <utility>
#include <variant>

#include "peer_session/number_hint.h"
#include "wire/hash.h"
#include "wire/json_reader.h"

namespace peer_session::wire {
namespace {

struct NoField {};
struct PinnedField {};
struct HashesField {};
struct FeaturesField {};
using AnyField = std::variant<NoField, StringField, NumberField, PinnedField, HashesField, FeaturesField>;

struct KnownField {
  std::string_view key;
  AnyField field;
};

constexpr std::array<KnownField, 27> kKnownFields = {{
    {"type", StringField::kType},
    {"transferId", StringField::kTransferId},
    {"name", StringField::kName},
    {"mime", StringField::kMime},
    {"hash", StringField::kHash},
    {"originalSenderId", StringField::kOriginalSenderId},
    {"signature", StringField::kSignature},
    {"publicKeyBase64", StringField::kPublicKey},
    {"size", NumberField::kSize},
    {"ttl", NumberField::kTtl},
    {"identityCreatedAt", NumberField::kIdentityCreatedAt},
    {"isPinned", PinnedField{}},
    {"hashes", HashesField{}},
    {"reason", StringField::kReason},
    {"epoch", StringField::kEpoch},
    {"offset", NumberField::kOffset},
    {"credit", NumberField::kCredit},
    {"upTo", NumberField::kUpTo},
    {"maxFileSize", NumberField::kMaxFileSize},
    {"received", NumberField::kReceived},
    {"at", NumberField::kAt},
    {"features", FeaturesField{}},
    {"lane", NumberField::kLane},
    {"offer", StringField::kOffer},
    {"answer", StringField::kAnswer},
    {"extra", StringField::kExtra},
    {"detail", StringField::kDetail},
}};

AnyField FieldOf(std::string_view key) {
  for (const KnownField& known : kKnownFields) {
    if (known.key == key) return known.field;
  }
  return NoField{};
}

// nlohmann-json's SAX interface, as far as JsonReader calls it; its member names and signatures are the library's.
class FieldHandler {
 public:
  FieldHandler(const Limits& limits, Fields& fields) : limits_(limits), fields_(fields) {}

  // NOLINTBEGIN(readability-identifier-naming): these names are the library's.
  bool null() {
    Forget();
    return AtObject();
  }
  bool boolean(bool value) {
    if (depth_ == 1) {
      if (std::holds_alternative<PinnedField>(field_)) {
        fields_.is_pinned = value;
      } else {
        Mismatch();
      }
    } else if (InHashes()) {
      fields_.other_hashes = true;
    }
    return AtObject();
  }
  bool number_integer(std::int64_t value) { return Number(static_cast<double>(value)); }
  bool number_unsigned(std::uint64_t value) { return Number(static_cast<double>(value)); }
  bool number_float(double value, const std::string&) { return Number(value); }
  bool string(std::string& value) {
    if (depth_ == 1) {
      if (const auto* field = std::get_if<StringField>(&field_)) {
        fields_.strings[static_cast<std::size_t>(*field)] = std::move(value);
      } else {
        Mismatch();
      }
    } else if (InHashes()) {
      if (NormalizeHash(value)) {
        fields_.hashes->push_back(std::move(value));
      } else {
        fields_.other_hashes = true;
      }
    } else if (depth_ == 2 && list_ == List::kFeatures) {
      fields_.features.Add(value);
    }
    return AtObject();
  }
  bool start_object(std::size_t) { return Enter(/*array=*/false); }
  bool end_object() { return Leave(); }
  bool start_array(std::size_t) { return Enter(/*array=*/true); }
  bool end_array() { return Leave(); }
  bool key(std::string& value) {
    if (depth_ == 1) {
      field_ = FieldOf(value);
      next_number_counts = std::holds_alternative<NumberField>(field_);
    }
    return true;
  }
  // NOLINTEND(readability-identifier-naming)

 private:
  enum class List { kNone, kHashes, kFeatures };

  // A scalar outside the object means the text is not an object.
  bool AtObject() const { return depth_ > 0; }

  bool InHashes() const { return depth_ == 2 && list_ == List::kHashes; }

  bool Number(double value) {
    if (depth_ == 1) {
      if (const auto* field = std::get_if<NumberField>(&field_)) {
        fields_.numbers[static_cast<std::size_t>(*field)] = value;
      } else {
        Mismatch();
      }
    } else if (InHashes()) {
      fields_.other_hashes = true;
    }
    return AtObject();
  }

  bool Enter(bool array) {
    if (depth_ == 0 && array) return false;
    next_number_counts = false;
    if (depth_ >= limits_.max_json_depth) return false;
    if (depth_ == 1) {
      if (array && std::holds_alternative<HashesField>(field_)) {
        list_ = List::kHashes;
        fields_.hashes.emplace();
        fields_.other_hashes = false;
      } else if (array && std::holds_alternative<FeaturesField>(field_)) {
        list_ = List::kFeatures;
        fields_.features = FeatureSet();
      } else {
        Mismatch();
      }
    } else if (InHashes()) {
      fields_.other_hashes = true;
    }
    ++depth_;
    return true;
  }

  bool Leave() {
    --depth_;
    if (depth_ == 1) list_ = List::kNone;
    return true;
  }

  // What an earlier field of the same name said no longer counts.
  void Mismatch() {
    if (std::holds_alternative<NoField>(field_)) return;
    if (!IsOfClaim() && !IsOfHello()) fields_.wrong_type = true;
    Forget();
    if (const auto* number = std::get_if<NumberField>(&field_); number != nullptr && IsOfHello()) {
      fields_.numbers[static_cast<std::size_t>(*number)] = std::numeric_limits<double>::quiet_NaN();
    }
    if (const auto* text = std::get_if<StringField>(&field_); text != nullptr && IsOfClaim()) {
      fields_.strings[static_cast<std::size_t>(*text)].emplace();
    }
  }

  // Older peers have never heard of these, so that nothing but the claim may fail because of them.
  bool IsOfClaim() const {
    if (const auto* number = std::get_if<NumberField>(&field_)) return *number == NumberField::kIdentityCreatedAt;
    const auto* text = std::get_if<StringField>(&field_);
    return text != nullptr && (*text == StringField::kSignature || *text == StringField::kPublicKey);
  }

  // Likewise: a peer that does not know `hello` may give any meaning to these.
  bool IsOfHello() const {
    if (const auto* number = std::get_if<NumberField>(&field_)) return *number >= NumberField::kOffset;
    if (const auto* text = std::get_if<StringField>(&field_)) return *text >= StringField::kReason;
    return std::holds_alternative<FeaturesField>(field_);
  }

  void Forget() {
    if (InHashes()) fields_.other_hashes = true;
    if (depth_ != 1) return;
    if (const auto* text = std::get_if<StringField>(&field_)) fields_.strings[static_cast<std::size_t>(*text)].reset();
    if (const auto* number = std::get_if<NumberField>(&field_)) {
      fields_.numbers[static_cast<std::size_t>(*number)].reset();
    }
    if (std::holds_alternative<PinnedField>(field_)) fields_.is_pinned.reset();
    if (std::holds_alternative<HashesField>(field_)) fields_.hashes.reset();
    if (std::holds_alternative<FeaturesField>(field_)) fields_.features = FeatureSet();
  }

  const Limits& limits_;
  Fields& fields_;
  AnyField field_ = NoField{};
  int depth_ = 0;
  List list_ = List::kNone;
};

}  // namespace

bool ReadFields(std::string_view text, const Limits& limits, Fields& fields) {
  // The library takes a NUL for the end of the text and would pass over whatever follows.
  if (text.find('\0') != std::string_view::npos) return false;
  next_number_counts = false;
  FieldHandler handler(limits, fields);
  return JsonReader(text, handler).Read();
}

}  // namespace peer_session::wire
