#include "wire/json_writer.h"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <utility>

namespace peer_session::wire {
namespace {

constexpr double kMaxSafeInteger = 9007199254740991.0;     // 2^53 - 1
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

bool IsContinuation(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

// How many bytes the character at `at` has by RFC 3629; 0 when there is none. Neither surrogates nor detours, such as two
// bytes for what fits into one, are characters.
std::size_t CharacterLength(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return 1;
  const std::size_t length = lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text, at + i)) return 0;
  }
  if (length < 3) return length;
  const auto second = static_cast<unsigned char>(text[at + 1]);
  const bool is_detour = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool is_beyond = (lead == 0xED && second > 0x9F) || (lead == 0xF4 && second > 0x8F);
  return is_detour || is_beyond ? 0 : length;
}

void AppendEscape(std::string& out, char character) {
  constexpr std::string_view kNamed = "\"\"\\\\\bb\ff\nn\rr\tt";
  for (std::size_t i = 0; i < kNamed.size(); i += 2) {
    if (kNamed[i] != character) continue;
    out += '\\';
    out += kNamed[i + 1];
    return;
  }
  constexpr std::string_view kDigits = "0123456789abcdef";
  const auto code = static_cast<unsigned char>(character);
  out += "\\u00";
  out += kDigits[code >> 4U];
  out += kDigits[code & 15U];
}

}  // namespace

JsonWriter& JsonWriter::String(std::string_view key, std::string_view value) {
  Key(key);
  Quoted(value);
  return *this;
}

JsonWriter& JsonWriter::Strings(std::string_view key, const std::vector<std::string>& values) {
  Key(key);
  text_ += '[';
  for (const std::string& value : values) {
    Quoted(value);
    text_ += ',';
  }
  if (!values.empty()) text_.pop_back();
  text_ += ']';
  return *this;
}

JsonWriter& JsonWriter::Bool(std::string_view key, bool value) {
  Key(key);
  text_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::Whole(std::string_view key, std::int64_t value) {
  Key(key);
  std::array<char, 20> digits{};
  std::size_t first = digits.size();
  // Negative throughout: the least number has no positive counterpart.
  std::int64_t rest = value < 0 ? value : -value;
  do {
    digits[--first] = static_cast<char>('0' - rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (value < 0) text_ += '-';
  text_.append(digits.data() + first, digits.size() - first);
  return *this;
}

JsonWriter& JsonWriter::Number(std::string_view key, double value) {
  if (std::abs(value) <= kMaxSafeInteger && std::trunc(value) == value) {
    return Whole(key, static_cast<std::int64_t>(value));
  }
  Key(key);
  if (!std::isfinite(value)) {
    text_ += "null";
    return *this;
  }
  // 17 digits are enough for every double to be read back the same.
  std::array<char, 32> digits{};
  const int length = std::snprintf(digits.data(), digits.size(), "%.17g", value);
  text_.append(digits.data(), static_cast<std::size_t>(length));
  return *this;
}

std::string JsonWriter::Take() {
  text_ += '}';
  return std::move(text_);
}

void JsonWriter::Key(std::string_view key) {
  text_ += text_.empty() ? '{' : ',';
  text_ += '"';
  text_ += key;
  text_ += "\":";
}

void JsonWriter::Quoted(std::string_view text) {
  text_ += '"';
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = CharacterLength(text, at);
    const char character = text[at];
    if (length == 0) {
      text_ += kReplacement;
    } else if (length == 1 && (static_cast<unsigned char>(character) < 0x20 || character == '"' || character == '\\')) {
      AppendEscape(text_, character);
    } else {
      text_.append(text, at, length);
    }
    at += length == 0 ? 1 : length;
  }
  text_ += '"';
}

}  // namespace peer_session::wire
