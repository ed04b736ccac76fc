// The engine's parts, where their own contract is easier to see than through a session.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "action_queue.h"
#include "guard/rate_budget.h"
#include "peer_session/error.h"
#include "receive/pull_table.h"
#include "receive/verification_queue.h"
#include "send/offer_book.h"
#include "support/session_driver.h"

namespace peer_session::testing {
namespace {

Timestamp At(std::int64_t micros) { return Timestamp::FromMicros(micros); }

PendingOffer OfferAt(std::uint32_t key, const std::string& id, std::int64_t micros) {
  return PendingOffer{.key = Key(key), .file = FileOf(id, 1), .made_at = At(micros)};
}

TEST(RateBudget, AllowsABurstAndThenItsRate) {
  RateBudget budget({.burst = 3, .per_second = 2});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(budget.TryTake(At(0)));
  EXPECT_FALSE(budget.TryTake(At(0)));
  EXPECT_FALSE(budget.TryTake(At(499'999)));
  EXPECT_TRUE(budget.TryTake(At(500'000)));
  EXPECT_FALSE(budget.TryTake(At(500'001)));
}

TEST(RateBudget, NeverSavesMoreThanItsBurst) {
  RateBudget budget({.burst = 2, .per_second = 1000});
  EXPECT_TRUE(budget.TryTake(At(1'000'000'000'000'000)));
  EXPECT_TRUE(budget.TryTake(At(1'000'000'000'000'000)));
  EXPECT_FALSE(budget.TryTake(At(1'000'000'000'000'000)));
}

TEST(RateBudget, GainsNothingFromAClockThatGoesBackAndForth) {
  RateBudget budget({.burst = 1, .per_second = 1});
  EXPECT_TRUE(budget.TryTake(At(5'000'000)));
  EXPECT_FALSE(budget.TryTake(At(0)));
  EXPECT_FALSE(budget.TryTake(At(5'000'000)));
  EXPECT_TRUE(budget.TryTake(At(6'000'000)));
}

TEST(OfferBook, FindsWhatItHoldsAndGivesItOutOnce) {
  OfferBook book(Duration::Seconds(10));
  book.Add(OfferAt(1, "a", 0));
  EXPECT_EQ(book.Find(TransferId{"a"}, At(1))->key, Key(1));
  EXPECT_EQ(book.Take(TransferId{"a"})->key, Key(1));
  EXPECT_EQ(book.Find(TransferId{"a"}, At(1)), nullptr);
  EXPECT_FALSE(book.Take(TransferId{"a"}));
}

TEST(OfferBook, KnowsTheOldestAlsoAfterItWasConsumed) {
  OfferBook book(Duration::Micros(100));
  book.Add(OfferAt(1, "a", 0));
  book.Add(OfferAt(2, "b", 10));
  EXPECT_EQ(book.NextExpiry(), At(100));
  book.Take(TransferId{"a"});
  EXPECT_EQ(book.NextExpiry(), At(110));
  EXPECT_FALSE(book.TakeExpired(At(109)));
  EXPECT_EQ(book.TakeExpired(At(110))->key, Key(2));
  EXPECT_EQ(book.NextExpiry(), std::nullopt);
  EXPECT_EQ(book.size(), 0U);
}

TEST(PullTable, HoldsAPullUntilItsEndAndAToken) {
  PullTable table;
  table.Add(Loose<WaitingPull>({.key = Key(1), .id = TransferId{"a"}, .asked_at = At(0)}));
  EXPECT_EQ(table.Begin(TransferId{"a"})->key, Key(1));
  EXPECT_FALSE(table.Begin(TransferId{"a"}));
  EXPECT_FALSE(table.TakeWaiting(TransferId{"a"}));
  EXPECT_TRUE(table.Contains(TransferId{"a"}));
  EXPECT_EQ(table.waiting(), 0U);
  EXPECT_EQ(table.size(), 1U);
  table.EndBegun(TransferId{"a"});
  EXPECT_FALSE(table.Contains(TransferId{"a"}));
}

TEST(VerificationQueue, CountsTheBytesItHolds) {
  VerificationQueue queue;
  queue.Append({.key = Key(1), .file = FileOf("a", 10), .since = At(0)});
  queue.Append({.key = Key(2), .file = FileOf("b", 20), .since = At(0)});
  EXPECT_EQ(queue.bytes(), ByteCount(30));
  queue.TakeFront();
  EXPECT_EQ(queue.bytes(), ByteCount(20));
  queue.TakeFront();
  EXPECT_EQ(queue.bytes(), ByteCount());
  EXPECT_FALSE(queue.TakeFront().has_value());
}

TEST(ActionQueue, GivesOutInOrderAlsoWhileItIsFilled) {
  ActionQueue queue;
  queue.Push(Verify{Key(1)});
  queue.Push(Verify{Key(2)});
  EXPECT_EQ(std::get<Verify>(*queue.Poll()).transfer, Key(1));
  queue.Push(Verify{Key(3)});
  EXPECT_EQ(std::get<Verify>(*queue.Poll()).transfer, Key(2));
  EXPECT_EQ(std::get<Verify>(*queue.Poll()).transfer, Key(3));
  EXPECT_FALSE(queue.Poll().has_value());
  EXPECT_TRUE(queue.Empty());
}

TEST(ReasonCodes, AreDistinctAndInKebabCase) {
  std::set<std::string_view> codes;
  for (int i = 1; i <= static_cast<int>(Reason::kOverBudget); ++i) {
    const std::string_view code = CodeOf(static_cast<Reason>(i));
    EXPECT_THAT(std::string(code), ::testing::MatchesRegex("[a-z]+(-[a-z]+)*")) << i;
    EXPECT_TRUE(codes.insert(code).second) << code;
  }
  EXPECT_EQ(CodeOf(Reason::kNone), "");
}

}  // namespace
}  // namespace peer_session::testing
