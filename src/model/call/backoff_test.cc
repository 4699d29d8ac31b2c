#include "model/call/backoff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace penstock::call {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Backoff, DrawsFromAllThatIsAllowedAndNoMore) {
  Backoff backoff({5, milliseconds(500), seconds(30)}, 1);
  const std::vector<Duration> bounds = {milliseconds(500), seconds(1),  seconds(2),  seconds(4),
                                        seconds(8),        seconds(16), seconds(30), seconds(30)};
  for (uint32_t retry = 0; retry < bounds.size(); ++retry) {
    Duration most{0};
    Duration least = Duration::max();
    Duration sum{0};
    for (int i = 0; i < 1'000; ++i) {
      const Duration delay = backoff.Next(retry);
      most = std::max(most, delay);
      least = std::min(least, delay);
      sum += delay;
    }
    EXPECT_LE(most, bounds[retry]);
    EXPECT_GT(most, bounds[retry] * 98 / 100);
    EXPECT_GE(least, Duration(0));
    EXPECT_LT(least, bounds[retry] * 2 / 100);
    EXPECT_NEAR(static_cast<double>((sum / 1'000).count()), static_cast<double>(bounds[retry].count()) / 2,
                static_cast<double>(bounds[retry].count()) / 20);
  }
}

TEST(Backoff, IsTheSameForTheSameSeed) {
  Backoff one({}, 3);
  Backoff same({}, 3);
  Backoff other({}, 4);
  const Duration first = one.Next(3);
  EXPECT_EQ(same.Next(3), first);
  EXPECT_NE(other.Next(3), first);
  EXPECT_NE(one.Next(3), first);
}

TEST(Backoff, BearsExtremes) {
  EXPECT_EQ(Backoff({5, seconds(0), seconds(30)}, 1).Next(9), Duration(0));
  EXPECT_LE(Backoff({5, seconds(60), seconds(30)}, 1).Next(0), seconds(30));
  EXPECT_EQ(Backoff({5, seconds(-1), seconds(-1)}, 1).Next(0), Duration(0));
  Backoff forever({5, Duration(1), Duration::max()}, 1);
  for (const uint32_t retry : {0U, 62U, 63U, 64U, UINT32_MAX}) EXPECT_GE(forever.Next(retry), Duration(0));
}

}  // namespace
}  // namespace penstock::call
