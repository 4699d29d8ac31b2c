#include "model/call/rate_gate.h"

#include <gtest/gtest.h>

namespace penstock::call {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

Quota::Part Limit(int64_t limit) { return {limit, std::nullopt, std::nullopt}; }

// How many go through a window from a time on.
int CountInWindow(RateGate& gate, Duration now) {
  const Duration end = now + TokenBucket::kWindow;
  int count = 0;
  while (now < end) {
    const auto wait = gate.WaitFor(1, 0, now);
    if (!wait) break;
    now += *wait;
    if (*wait > Duration(0)) continue;
    gate.Take(1);
    ++count;
  }
  return count;
}

TEST(RateGate, IsOpenWithoutALimit) {
  RateGate gate(std::nullopt, 1, Duration(0));
  gate.SetShare(0.1, Duration(0));
  gate.Take(1'000);
  EXPECT_EQ(gate.WaitFor(1'000, 1'000, Duration(0)), Duration(0));
}

TEST(RateGate, HasThePartOfTheShare) {
  RateGate gate(40, 1, Duration(0));
  EXPECT_EQ(gate.WaitFor(1, 0, Duration(0)), std::nullopt);
  gate.SetShare(0.25, Duration(0));
  EXPECT_EQ(CountInWindow(gate, Duration(0)), 10);
}

TEST(RateGate, TakesTheProvidersLimitWhereItIsLower) {
  RateGate gate(40, 1, Duration(0));
  gate.SetShare(0.5, Duration(0));
  EXPECT_FALSE(gate.Learn(Limit(50), Duration(0)));
  EXPECT_EQ(CountInWindow(gate, minutes(1)), 20);
  EXPECT_TRUE(gate.Learn(Limit(10), minutes(2)));
  EXPECT_EQ(CountInWindow(gate, minutes(3)), 5);
  EXPECT_FALSE(gate.Learn(Limit(0), minutes(4)));
}

TEST(RateGate, TakesTheProvidersLimitWhereThereIsNoOther) {
  RateGate gate(std::nullopt, 1, Duration(0));
  gate.SetShare(0.5, Duration(0));
  EXPECT_TRUE(gate.Learn(Limit(10), Duration(0)));
  EXPECT_EQ(CountInWindow(gate, Duration(0)), 5);
}

TEST(RateGate, BelievesTheLowestOfSeveralLimits) {
  RateGate gate(100, 1, Duration(0));
  gate.SetShare(1, Duration(0));
  gate.Learn(Limit(10), Duration(0));
  EXPECT_FALSE(gate.Learn(Limit(30), seconds(59)));
  EXPECT_TRUE(gate.Learn(Limit(30), seconds(60)));
  EXPECT_EQ(CountInWindow(gate, minutes(3)), 30);
}

TEST(RateGate, IsClosedUntilTheReset) {
  for (const auto limit : {std::optional<int64_t>(60), std::optional<int64_t>()}) {
    RateGate gate(limit, 1, Duration(0));
    gate.SetShare(1, Duration(0));
    gate.Learn({std::nullopt, 0, seconds(20)}, seconds(5));
    gate.Learn({std::nullopt, 0, seconds(2)}, seconds(6));  // by an answer that was overtaken
    gate.Learn({std::nullopt, 7, seconds(90)}, seconds(6));
    gate.Learn({std::nullopt, 0, std::nullopt}, seconds(6));
    EXPECT_TRUE(gate.Closed(seconds(24)));
    EXPECT_EQ(gate.WaitFor(1, 0, seconds(6)), seconds(19));
    EXPECT_FALSE(gate.Closed(seconds(25)));
    EXPECT_EQ(gate.WaitFor(1, 0, seconds(25)), Duration(0));
  }
}

TEST(RateGate, TriesAgainBeforeAResetThatIsFarAway) {
  RateGate gate(60, 1, Duration(0));
  gate.SetShare(1, Duration(0));
  gate.Learn({std::nullopt, 0, hours(1'000'000)}, Duration(0));
  EXPECT_EQ(gate.WaitFor(1, 0, Duration(0)), minutes(10));
}

}  // namespace
}  // namespace penstock::call
