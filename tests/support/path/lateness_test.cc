#include "lateness.h"

#include <gtest/gtest.h>

namespace path_emulator {
namespace {

TEST(LatenessTest, NothingIsNotLate) {
  const Lateness lateness;
  EXPECT_EQ(lateness.Mean(), 0);
  EXPECT_EQ(lateness.Percentile(0.99), 0);
  EXPECT_EQ(lateness.Max(), 0);
}

TEST(LatenessTest, MeanAndMaxAreExactAndAPercentileToASixteenth) {
  for (const Nanoseconds unit : {Nanoseconds{1}, kMicrosecond, kMillisecond, 100 * kMillisecond}) {
    Lateness lateness;
    for (Nanoseconds i = 1; i <= 1000; i += 1) lateness.Add(i * unit);
    EXPECT_DOUBLE_EQ(lateness.Mean(), 500.5 * static_cast<double>(unit));
    EXPECT_EQ(lateness.Max(), 1000 * unit);
    EXPECT_GE(lateness.Percentile(0.99), 990 * unit);
    EXPECT_LE(lateness.Percentile(0.99), 990 * unit * 17 / 16);
    EXPECT_GE(lateness.Percentile(0.01), 10 * unit);
    EXPECT_LE(lateness.Percentile(0.01), 10 * unit * 17 / 16);
  }
}

TEST(LatenessTest, APercentileIsNeverBeyondTheLatest) {
  Lateness lateness;
  lateness.Add(1'000'001);
  EXPECT_EQ(lateness.Percentile(0.99), 1'000'001);
}

}  // namespace
}  // namespace path_emulator
