#include "base/clock.h"

#include <gtest/gtest.h>

#include <thread>

namespace penstock {
namespace {

using std::chrono::sys_days;
using namespace std::chrono_literals;

TEST(RealClockTest, TellsTheTimeOfDay) {
  const WallTime before = std::chrono::system_clock::now();
  const WallTime now = RealClock().Now();
  const WallTime after = std::chrono::system_clock::now();
  EXPECT_LE(before, now);
  EXPECT_LE(now, after);
}

TEST(RealClockTest, NeverGoesBack) {
  Duration last = RealClock().Monotonic();
  for (int i = 0; i < 1000; ++i) {
    const Duration now = RealClock().Monotonic();
    ASSERT_LE(last, now);
    last = now;
  }
}

TEST(ManualClockTest, StandsStillUntilMoved) {
  const WallTime start = sys_days(2026y / 11 / 21) + 7h;
  ManualClock clock(start);
  EXPECT_EQ(clock.Now(), start);
  EXPECT_EQ(clock.Monotonic(), 0ns);

  clock.Advance(1500ms);
  EXPECT_EQ(clock.Now(), start + 1500ms);
  EXPECT_EQ(clock.Monotonic(), 1500ms);
}

TEST(ManualClockTest, SettingTheTimeOfDayIsNoPassingOfTime) {
  ManualClock clock(sys_days(2026y / 11 / 21));
  clock.Advance(1s);
  clock.Set(sys_days(1999y / 1 / 1));
  EXPECT_EQ(clock.Now(), WallTime(sys_days(1999y / 1 / 1)));
  EXPECT_EQ(clock.Monotonic(), 1s);
}

TEST(ManualClockTest, IsReadWhileItIsMoved) {
  constexpr Duration kEnd = 1000ns;
  ManualClock clock;
  std::thread mover([&] {
    while (clock.Monotonic() < kEnd) clock.Advance(1ns);
  });
  Duration last{0};
  while (last < kEnd) {
    const Duration now = clock.Monotonic();
    EXPECT_LE(last, now);
    EXPECT_GE(clock.Now().time_since_epoch(), now) << "the time of day moves first";
    last = now;
  }
  mover.join();
}

TEST(FormatRfc3339Test, RoundsDownToTheMillisecond) {
  EXPECT_EQ(FormatRfc3339(sys_days(2026y / 11 / 21) + 7h + 42min + 123ms), "2026-11-21T07:42:00.123Z");
  EXPECT_EQ(FormatRfc3339(WallTime(999'999ns)), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(FormatRfc3339(WallTime(-1ns)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(FormatRfc3339(sys_days(2024y / 2 / 29) + 23h + 59min + 59s), "2024-02-29T23:59:59.000Z");
}

TEST(FormatRfc3339Test, HoldsTheEndsOfTime) {
  EXPECT_EQ(FormatRfc3339(WallTime::max()), "2262-04-11T23:47:16.854Z");
  EXPECT_EQ(FormatRfc3339(WallTime::min() + 24h), "1677-09-22T00:12:43.145Z");
}

}  // namespace
}  // namespace penstock
