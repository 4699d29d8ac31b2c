#include "model/call/token_bucket.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace penstock::call {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kMinute = minutes(1);

// When so many are let through where something always waits.
std::vector<Duration> TakeFor(TokenBucket& bucket, Duration from, Duration until) {
  std::vector<Duration> times;
  for (Duration now = from; now < until;) {
    const auto wait = bucket.WaitFor(1, 0, now);
    if (!wait) break;
    if (*wait > Duration(0)) {
      now += *wait;
      continue;
    }
    bucket.Take(1);
    times.push_back(now);
  }
  return times;
}

int64_t MostInAMinute(const std::vector<Duration>& times) {
  size_t first = 0;
  size_t most = 0;
  for (size_t last = 0; last < times.size(); ++last) {
    while (times[last] - times[first] >= kMinute) ++first;
    most = std::max(most, last - first + 1);
  }
  return static_cast<int64_t>(most);
}

TEST(TokenBucket, NeverExceedsTheLimitAndUsesNearlyAllOfIt) {
  for (const int64_t limit : {1, 2, 3, 7, 49, 50, 99, 100, 101, 640, 5'000, 100'000}) {
    TokenBucket bucket(1, Duration(0));
    bucket.SetLimit(static_cast<double>(limit), Duration(0));
    const std::vector<Duration> times = TakeFor(bucket, Duration(0), 10 * kMinute);
    EXPECT_LE(MostInAMinute(times), limit);
    const auto least = limit < 100 ? 10 * limit : 10 * limit * 98 / 100;
    EXPECT_GE(static_cast<int64_t>(times.size()), least) << limit;
  }
}

TEST(TokenBucket, SavesUpNoMoreThanABurst) {
  TokenBucket bucket(1, Duration(0));
  bucket.SetLimit(200, Duration(0));
  EXPECT_EQ(bucket.burst(), 4);
  const std::vector<Duration> times = TakeFor(bucket, minutes(30), minutes(31));
  EXPECT_EQ(std::ranges::count(times, minutes(30)), 4);
  EXPECT_EQ(times.size(), 200);
}

TEST(TokenBucket, LosesNothingToRounding) {
  TokenBucket bucket(1, Duration(0));
  bucket.SetLimit(7, Duration(0));  // 60 s are no multiple of 7 ns
  bucket.Take(1);
  Duration now{0};
  for (int i = 0; i < 1'000'000; ++i) {
    now += Duration(137);
    static_cast<void>(bucket.WaitFor(1, 0, now));
  }
  const Duration whole = Duration((kMinute.count() + 6) / 7);
  EXPECT_EQ(bucket.WaitFor(1, 0, now), whole - now);
  EXPECT_EQ(bucket.WaitFor(1, 0, whole - Duration(1)), Duration(1));
  EXPECT_EQ(bucket.WaitFor(1, 0, whole), Duration(0));
}

TEST(TokenBucket, TakesTheWholeNumberOfAPart) {
  for (const auto& [limit, whole] : {std::pair(90 * (1.0 / 3), 30), {10 * 0.35, 3}, {3 * (0.1 + 0.2) / 0.9, 1}}) {
    TokenBucket bucket(1, Duration(0));
    bucket.SetLimit(limit, Duration(0));
    EXPECT_EQ(TakeFor(bucket, Duration(0), kMinute).size(), static_cast<size_t>(whole)) << limit;
  }
}

TEST(TokenBucket, LetsAPartBelowOneThroughAfterMoreThanAMinute) {
  TokenBucket bucket(1, Duration(0));
  bucket.SetLimit(0.25, Duration(0));
  EXPECT_EQ(TakeFor(bucket, Duration(0), minutes(9)), (std::vector<Duration>{Duration(0), minutes(4), minutes(8)}));
}

TEST(TokenBucket, IsClosedWithoutALimit) {
  TokenBucket bucket(1, Duration(0));
  EXPECT_EQ(bucket.WaitFor(1, 0, minutes(5)), std::nullopt);
  bucket.SetLimit(60, minutes(5));
  EXPECT_EQ(bucket.WaitFor(1, 0, minutes(5)), Duration(0));
  bucket.SetLimit(0, minutes(5));
  EXPECT_EQ(bucket.WaitFor(1, 0, minutes(6)), std::nullopt);
}

TEST(TokenBucket, GetsNoCreditFromAChange) {
  TokenBucket bucket(1, Duration(0));
  bucket.SetLimit(60, Duration(0));
  // Within the first seconds, growing is free, and brings nothing.
  bucket.SetLimit(6'000, seconds(1));
  EXPECT_EQ(bucket.WaitFor(1, 0, seconds(1)), Duration(0));
  EXPECT_NE(bucket.WaitFor(2, 0, seconds(1)), Duration(0));
  // Later it costs 8 and a sixteenth of the gain, at most the gain.
  bucket.SetLimit(60, minutes(2));
  bucket.SetLimit(63, minutes(3));
  EXPECT_EQ(bucket.WaitFor(1, 0, minutes(3)), Duration(kMinute * 3 / 63 + Duration(1)));
  EXPECT_EQ(bucket.WaitFor(1, 0, minutes(4)), Duration(0));
  bucket.SetLimit(63 + 1'600, minutes(5));
  bucket.SetLimit(0, minutes(5));
  bucket.SetLimit(60, minutes(5));
  EXPECT_EQ(bucket.WaitFor(1, 0, minutes(5)), seconds(8 + 100 + 8 + 3));
}

TEST(TokenBucket, LetsAGreatAmountThroughWhenFull) {
  TokenBucket bucket(1'000'000, Duration(0));
  bucket.SetLimit(6'000, Duration(0));
  EXPECT_EQ(bucket.burst(), 120);
  EXPECT_EQ(bucket.WaitFor(3'000, 0, Duration(0)), Duration(0));
  bucket.Take(3'000);
  const auto wait = bucket.WaitFor(1, 0, Duration(0));
  ASSERT_TRUE(wait);
  EXPECT_EQ(*wait / milliseconds(1), 2'881 * 60'000 / 5'881);
  bucket.Return(2'000, Duration(0));
  EXPECT_LT(*bucket.WaitFor(1, 0, Duration(0)), seconds(9));
  bucket.Return(-2'000, Duration(0));
  EXPECT_EQ(bucket.WaitFor(1, 0, Duration(0)), wait);
}

TEST(TokenBucket, KeepsWhatIsReserved) {
  TokenBucket bucket(1'000'000, Duration(0));
  bucket.SetLimit(500, Duration(0));
  EXPECT_EQ(bucket.WaitFor(4, 6, Duration(0)), Duration(0));
  EXPECT_EQ(bucket.WaitFor(5, 6, Duration(0)), std::nullopt);
  bucket.Take(1);
  EXPECT_GT(bucket.WaitFor(4, 6, Duration(0)), Duration(0));
}

TEST(TokenBucket, BoundsWhatSomeoneSaysItTook) {
  TokenBucket bucket(1, Duration(0));
  bucket.SetLimit(600, Duration(0));
  for (int i = 0; i < 100'000; ++i) bucket.Return(-2'000'000'000, Duration(0));
  EXPECT_LT(bucket.WaitFor(1, 0, Duration(0)), minutes(11));
}

}  // namespace
}  // namespace penstock::call
