// The reader reads what the library's own parser reads, says the same of it, and refuses what that refuses.
#include "wire/json_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "scenario/simulation/random.h"

namespace peer_session::wire {
namespace {

using simulation::Random;

// Writes down what it is told, up to where it is told to stop.
class Recorder {
 public:
  explicit Recorder(int most) : left_(most) {}

  const std::string& record() const { return record_; }

  // NOLINTBEGIN(readability-identifier-naming): the library calls these names.
  bool null() { return Note("null"); }
  bool boolean(bool value) { return Note(value ? "true" : "false"); }
  bool number_integer(std::int64_t value) { return Note("integer " + std::to_string(value)); }
  bool number_unsigned(std::uint64_t value) { return Note("unsigned " + std::to_string(value)); }
  bool number_float(double value, const std::string& text) { return Note("float " + std::to_string(value) + text); }
  bool string(std::string& value) { return Note("string " + value); }
  bool binary(std::vector<std::uint8_t>&) { return Note("binary"); }
  bool start_object(std::size_t size) { return Note("{" + std::to_string(size)); }
  bool end_object() { return Note("}"); }
  bool start_array(std::size_t size) { return Note("[" + std::to_string(size)); }
  bool end_array() { return Note("]"); }
  bool key(std::string& value) { return Note("key " + value); }
  bool parse_error(std::size_t, const std::string&, const Json::exception&) { return false; }
  // NOLINTEND(readability-identifier-naming)

 private:
  bool Note(const std::string& what) {
    record_ += what + '\n';
    return --left_ > 0;
  }

  std::string record_;
  int left_;
};

// Both answers, and everything that was said on the way.
bool ReadsLikeTheLibrary(const std::string& text, int most = 1000) {
  Recorder mine(most);
  Recorder its(most);
  const bool read = JsonReader(text, mine).Read();
  EXPECT_EQ(read, Json::sax_parse(text, &its)) << ::testing::PrintToString(text);
  EXPECT_EQ(mine.record(), its.record()) << ::testing::PrintToString(text);
  return read;
}

TEST(JsonReader, ReadsWhatTheLibraryReads) {
  for (const char* text :
       {"{}", "[]", " { } ", "[ ]", "0", "-0", "null", "true", "false", "\"\"", "1.5e3", "\xEF\xBB\xBF{}",
        R"({"a":1,"b":[true,false,null,-2,"x",{"c":{}},[[]]],"d":18446744073709551615})",
        R"(["\u00e9\ud83d\ude00\n", 18446744073709551616, -9223372036854775809, 1e308, "é"])"}) {
    EXPECT_TRUE(ReadsLikeTheLibrary(text)) << text;
  }
}

TEST(JsonReader, RefusesWhatTheLibraryRefuses) {
  for (const char* text :
       {"",          " ",         "{",           "}",        "[",         "]",        ",",          ":",
        "{]",        "[}",        "{,}",         "[,]",      "[1,]",      "[1 2]",    "[1,,2]",     "{\"a\"}",
        "{\"a\":",   "{\"a\":}",  "{a:1}",       "{1:2}",    "{\"a\",1}", "{\"a\":1", "{\"a\":1,}", "{\"a\":1]",
        "{\"a\" 1}", "[1:2]",     "[1}",         "[]]",      "{}{}",      "1 2",      "nul",        "tru",
        "falsy",     "01",        "1.",          "-",        "1e",        "+1",       "1e999",      "\"",
        "\"\\x\"",   "\"\\u12\"", "\"\\ud800\"", "\"\x80\"", "\"\n\"",    "// x\n1",  "\xEF\xBB",   "NaN",
        "[1e999]"}) {
    EXPECT_FALSE(ReadsLikeTheLibrary(text)) << text;
  }
}

TEST(JsonReader, ReadsLikeTheLibraryWhateverTokensItIsGiven) {
  static const std::vector<std::string> kTokens = {
      "{",     "}",    "[", "]",    ",",  ":",  "\"a\"", "\"b\":", "1",     "-2",    "3.5",    "true",
      "false", "null", " ", "\"\"", "{}", "[]", "x",     "\"",     "[1,2]", "1e999", "\"a\":1"};
  Random random(1);
  int read = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string text = random.Chance(50) ? "{" : "[";
    for (std::int64_t length = random.Below(9); length > 0; --length) {
      text += kTokens[static_cast<std::size_t>(random.Below(static_cast<std::int64_t>(kTokens.size())))];
    }
    if (random.Chance(50)) text += text.front() == '{' ? '}' : ']';
    read += ReadsLikeTheLibrary(text) ? 1 : 0;
    ASSERT_FALSE(::testing::Test::HasFailure());
  }
  EXPECT_GT(read, 1000);
}

TEST(JsonReader, EndsWhereItsHandlerSaysSo) {
  const std::string text = R"({"a":[1,-2,3.5,"x",true,null,{}],"b":{"c":[]}})";
  for (int most = 1; most < 30; ++most) ReadsLikeTheLibrary(text, most);
}

}  // namespace
}  // namespace peer_session::wire
