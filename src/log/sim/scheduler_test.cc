#include "log/sim/scheduler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "log/sim/random.h"

namespace penstock::sim {
namespace {

using std::chrono::milliseconds;

TEST(SchedulerTest, RunsActionsInTheOrderOfTheirMoments) {
  ManualClock clock;
  Scheduler scheduler(clock);
  std::vector<int> ran;
  scheduler.After(milliseconds(20), [&] { ran.push_back(3); });
  scheduler.After(milliseconds(10), [&] { ran.push_back(1); });
  scheduler.After(milliseconds(10), [&] {
    ran.push_back(2);
    scheduler.After(milliseconds(5), [&] { ran.push_back(9); });
  });
  scheduler.RunUntil(milliseconds(14));
  EXPECT_THAT(ran, testing::ElementsAre(1, 2));
  EXPECT_EQ(clock.Monotonic(), milliseconds(14));
  scheduler.RunUntil(milliseconds(20));
  EXPECT_THAT(ran, testing::ElementsAre(1, 2, 9, 3));
  EXPECT_EQ(scheduler.pending(), 0U);
  EXPECT_EQ(scheduler.steps(), 4U);
}

TEST(SchedulerTest, MovesTheClockToEachAction) {
  ManualClock clock;
  Scheduler scheduler(clock);
  Duration seen{};
  scheduler.After(milliseconds(7), [&] { seen = scheduler.now(); });
  EXPECT_TRUE(scheduler.RunNext(milliseconds(100)));
  EXPECT_EQ(seen, milliseconds(7));
  EXPECT_EQ(clock.Monotonic(), milliseconds(7));
  EXPECT_FALSE(scheduler.RunNext(milliseconds(100)));
  EXPECT_EQ(clock.Monotonic(), milliseconds(100));
}

TEST(RandomTest, GivesTheSameNumbersForTheSameSeed) {
  Random first(7);
  Random second(7);
  Random other(8);
  bool differs = false;
  for (int i = 0; i < 100; ++i) {
    const uint64_t number = first.Next();
    EXPECT_EQ(number, second.Next());
    differs |= number != other.Next();
  }
  EXPECT_TRUE(differs);
}

TEST(RandomTest, StaysWithinItsBounds) {
  Random random(1);
  int hits = 0;
  for (int i = 0; i < 10'000; ++i) {
    const int64_t number = random.Between(-2, 3);
    ASSERT_GE(number, -2);
    ASSERT_LE(number, 3);
    hits += random.Chance(250) ? 1 : 0;
  }
  EXPECT_GT(hits, 2'200);
  EXPECT_LT(hits, 2'800);
}

}  // namespace
}  // namespace penstock::sim
