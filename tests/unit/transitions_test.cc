// The tables of states say all that happens, and nothing that does not: what the other tests of this program took is compared with
// them at its end.
#include "support/transitions.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "receive/download_states.h"
#include "send/upload_states.h"

namespace peer_session::testing {
namespace {

template <typename Table>
void ExpectAllTaken(const Table& table, std::uint64_t taken, const char* name) {
  for (std::size_t row = 0; row < table.size(); ++row) {
    EXPECT_NE(taken & std::uint64_t{1} << row, 0U)
        << name << ": no test takes the row from state " << static_cast<int>(table[row].from) << " upon event "
        << static_cast<int>(table[row].event);
  }
  EXPECT_EQ(taken >> 63U, 0U) << name << ": a transfer was moved in a way that the table does not have";
}

class AtTheEnd : public ::testing::Environment {
 public:
  void TearDown() override {
    // A part of the tests takes a part of the rows.
    if (GTEST_FLAG_GET(filter) != "*") return;
    ExpectAllTaken(kUploadTransitions, AllTransitions().of_uploads, "uploads");
    ExpectAllTaken(kDownloadTransitions, AllTransitions().of_downloads, "downloads");
  }
};

const ::testing::Environment* const kAtTheEnd = ::testing::AddGlobalTestEnvironment(new AtTheEnd);

TEST(TablesOfStates, HaveOneRowForEachStateAndEvent) {
  const auto expect_distinct = [](const auto& table) {
    for (std::size_t one = 0; one < table.size(); ++one) {
      for (std::size_t other = 0; other < one; ++other) {
        EXPECT_FALSE(table[one].from == table[other].from && table[one].event == table[other].event) << one;
      }
    }
  };
  EXPECT_NE(kAtTheEnd, nullptr);
  expect_distinct(kUploadTransitions);
  expect_distinct(kDownloadTransitions);
}

}  // namespace
}  // namespace peer_session::testing
