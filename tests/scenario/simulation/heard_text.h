// What a text message says, as far as the models must know: read by searching, not by the engine's parser.
#ifndef PEER_SESSION_TESTS_SCENARIO_SIMULATION_HEARD_TEXT_H_
#define PEER_SESSION_TESTS_SCENARIO_SIMULATION_HEARD_TEXT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace peer_session::simulation {

// For what an engine wrote, and for what the simulation makes up: fields in any order, none twice, ids without escapes.
class HeardText {
 public:
  explicit HeardText(std::string_view text) : text_(text) {}

  std::string type() const { return String("type"); }
  std::string id() const { return String("transferId"); }
  // In lower case; empty when it is no hash.
  std::string hash() const {
    std::string hash = String("hash");
    if (hash.size() != 64) return "";
    for (char& digit : hash) {
      if (digit >= 'A' && digit <= 'F') digit = static_cast<char>(digit - 'A' + 'a');
      if ((digit < '0' || digit > '9') && (digit < 'a' || digit > 'f')) return "";
    }
    return hash;
  }
  // As it is written.
  std::string detail() const { return String("detail"); }
  std::optional<std::int64_t> size() const { return Number("size"); }
  // Whole, and not negative.
  std::optional<std::int64_t> Number(std::string_view field) const {
    const std::size_t begin = After("\"" + std::string(field) + "\":");
    if (begin == std::string_view::npos) return std::nullopt;
    std::int64_t number = 0;
    std::size_t end = begin;
    for (; end < text_.size() && text_[end] >= '0' && text_[end] <= '9'; ++end)
      number = number * 10 + (text_[end] - '0');
    if (end == begin) return std::nullopt;
    return number;
  }
  bool Has(std::string_view field) const { return After("\"" + std::string(field) + "\":") != std::string_view::npos; }
  // Whether it can be used as what `meta` announces. `may_follow`: its hash may.
  bool NamesAFile(bool may_follow = false) const {
    const bool has_hash = !hash().empty() || (may_follow && !Has("hash"));
    return !id().empty() && has_hash && size().has_value() && Has("name") && Has("mime");
  }

 private:
  std::size_t After(const std::string& opening) const {
    const std::size_t found = text_.find(opening);
    return found == std::string_view::npos ? found : found + opening.size();
  }
  std::string String(std::string_view field) const {
    const std::size_t begin = After("\"" + std::string(field) + "\":\"");
    if (begin == std::string_view::npos) return "";
    return std::string(text_.substr(begin, text_.find('"', begin) - begin));
  }

  std::string_view text_;
};

}  // namespace peer_session::simulation

#endif  // PEER_SESSION_TESTS_SCENARIO_SIMULATION_HEARD_TEXT_H_
