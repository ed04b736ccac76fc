// The writer says what the library's own would, and what it writes is always JSON.
#include "wire/json_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "scenario/simulation/random.h"
#include "wire/json.h"

namespace peer_session::wire {
namespace {

using simulation::Random;

// Characters of one to four bytes, with those that JSON treats in a way of its own among them.
std::string SomeText(Random& random) {
  static const std::vector<std::string> kPieces = {"a",
                                                   "Z",
                                                   "0",
                                                   " ",
                                                   "\"",
                                                   "\\",
                                                   "/",
                                                   "\b",
                                                   "\f",
                                                   "\n",
                                                   "\r",
                                                   "\t",
                                                   "\x01",
                                                   "\x1f",
                                                   "\x7f",
                                                   "\xc2\x80",
                                                   "\xdf\xbf",
                                                   "\xe0\xa0\x80",
                                                   "é",
                                                   "\u2028",
                                                   "\xed\x9f\xbf",
                                                   "\xee\x80\x80",
                                                   "\xef\xbf\xbf",
                                                   "\xf0\x90\x80\x80",
                                                   "🐈",
                                                   "\xf4\x8f\xbf\xbf",
                                                   std::string(1, '\0')};
  std::string text;
  for (std::int64_t i = random.Below(12); i > 0; --i) {
    text += kPieces[static_cast<std::size_t>(random.Below(static_cast<std::int64_t>(kPieces.size())))];
  }
  return text;
}

TEST(JsonWriter, WritesTextAsTheLibraryDoes) {
  Random random(1);
  for (int i = 0; i < 20'000; ++i) {
    const std::string text = SomeText(random);
    EXPECT_EQ(JsonWriter("t").String("x", text).Take(), R"({"type":"t","x":)" + Json(text).dump() + "}");
  }
}

TEST(JsonWriter, WritesNumbersSoThatTheyAreReadBackTheSame) {
  Random random(2);
  std::vector<double> numbers = {0.0,
                                 -0.0,
                                 1.0,
                                 -1.0,
                                 0.5,
                                 0.1 + 0.2,
                                 1e21,
                                 1e-7,
                                 5e-324,
                                 1.7e308,
                                 1e15,
                                 1e16,
                                 9007199254740991.0,
                                 9007199254740992.0,
                                 -9007199254740991.0,
                                 std::numeric_limits<double>::epsilon()};
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t bits = random.Next();
    double number = 0;
    std::memcpy(&number, &bits, sizeof number);
    if (std::isfinite(number)) numbers.push_back(number);
  }
  for (const double number : numbers) {
    const std::string text = JsonWriter("t").Number("x", number).Take();
    EXPECT_EQ(Json::parse(text).at("x").get<double>(), number) << text;
  }
}

TEST(JsonWriter, WritesWholeNumbersWithoutAFraction) {
  EXPECT_EQ(JsonWriter("t").Number("x", 1700000000000.0).Take(), R"({"type":"t","x":1700000000000})");
  EXPECT_EQ(JsonWriter("t").Number("x", -0.0).Take(), R"({"type":"t","x":0})");
  EXPECT_EQ(JsonWriter("t").Whole("x", std::numeric_limits<std::int64_t>::min()).Take(),
            R"({"type":"t","x":-9223372036854775808})");
  EXPECT_EQ(JsonWriter("t").Number("x", std::numeric_limits<double>::infinity()).Take(), R"({"type":"t","x":null})");
}

TEST(JsonWriter, WritesJsonWhateverBytesItIsGiven) {
  Random random(3);
  for (int i = 0; i < 50'000; ++i) {
    std::string bytes;
    for (std::int64_t length = random.Below(8); length > 0; --length) {
      bytes += static_cast<char>(random.Chance(60) ? random.Between(0x7f, 0xff) : random.Below(256));
    }
    const std::string text = JsonWriter("t").String("x", bytes).Take();
    EXPECT_TRUE(Json::accept(text)) << ::testing::PrintToString(bytes);
  }
}

TEST(JsonWriter, ReplacesWhatIsNoUtf8) {
  for (const std::string bytes : {"\x80", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
                                  "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe2\x82", "\xf0\x9f\x90"}) {
    const std::string text = JsonWriter("t").String("x", "a" + bytes + "b").Take();
    ASSERT_TRUE(Json::accept(text)) << ::testing::PrintToString(bytes);
    const std::string read = Json::parse(text).at("x").get<std::string>();
    EXPECT_EQ(read.substr(0, 4), "a\xEF\xBF\xBD") << ::testing::PrintToString(bytes);
    EXPECT_EQ(read.back(), 'b');
  }
}

}  // namespace
}  // namespace peer_session::wire
