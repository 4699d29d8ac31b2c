#include "model/call/token_bucket.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <utility>
#include <vector>

namespace penstock::call {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kWindow = TokenBucket::kWindow;

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

int64_t MostInAWindow(const std::vector<Duration>& times) {
  size_t first = 0;
  size_t most = 0;
  for (size_t last = 0; last < times.size(); ++last) {
    while (times[last] - times[first] >= kWindow) ++first;
    most = std::max(most, last - first + 1);
  }
  return static_cast<int64_t>(most);
}

TEST(TokenBucket, NeverExceedsTheLimitAndUsesNearlyAllOfIt) {
  for (const int64_t limit : {1, 2, 3, 7, 49, 50, 99, 100, 101, 640, 5'000, 100'000}) {
    TokenBucket bucket(1, Duration(0));
    bucket.SetLimit(static_cast<double>(limit), Duration(0));
    const std::vector<Duration> times = TakeFor(bucket, Duration(0), 10 * kWindow);
    EXPECT_LE(MostInAWindow(times), limit);
    const auto least = limit < 100 ? 10 * limit : 10 * limit * 99 / 100;
    EXPECT_GE(static_cast<int64_t>(times.size()), least) << limit;
  }
}

TEST(TokenBucket, SavesUpNoMoreThanABurst) {
  TokenBucket bucket(1, Duration(0));
  bucket.SetLimit(200, Duration(0));
  EXPECT_EQ(bucket.burst(), 3);
  const std::vector<Duration> times = TakeFor(bucket, minutes(30), minutes(30) + kWindow);
  EXPECT_EQ(std::ranges::count(times, minutes(30)), 3);
  EXPECT_EQ(times.size(), 200);
}

TEST(TokenBucket, LosesNothingToRounding) {
  TokenBucket bucket(1, Duration(0));
  bucket.SetLimit(7, Duration(0));  // a window is no multiple of 7 ns
  bucket.Take(1);
  Duration now{0};
  for (int i = 0; i < 1'000'000; ++i) {
    now += Duration(137);
    static_cast<void>(bucket.WaitFor(1, 0, now));
  }
  const Duration whole = Duration((kWindow.count() + 6) / 7);
  EXPECT_EQ(bucket.WaitFor(1, 0, now), whole - now);
  EXPECT_EQ(bucket.WaitFor(1, 0, whole - Duration(1)), Duration(1));
  EXPECT_EQ(bucket.WaitFor(1, 0, whole), Duration(0));
}

TEST(TokenBucket, TakesTheWholeNumberOfAPart) {
  for (const auto& [limit, whole] : {std::pair(90 * (1.0 / 3), 30), {10 * 0.35, 3}, {3 * (0.1 + 0.2) / 0.9, 1}}) {
    TokenBucket bucket(1, Duration(0));
    bucket.SetLimit(limit, Duration(0));
    EXPECT_EQ(TakeFor(bucket, Duration(0), kWindow).size(), static_cast<size_t>(whole)) << limit;
  }
}

TEST(TokenBucket, LetsAPartBelowOneThroughAfterMoreThanAWindow) {
  TokenBucket bucket(1, Duration(0));
  bucket.SetLimit(0.25, Duration(0));
  EXPECT_EQ(TakeFor(bucket, Duration(0), 9 * kWindow), (std::vector<Duration>{Duration(0), 4 * kWindow, 8 * kWindow}));
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
  EXPECT_EQ(bucket.WaitFor(1, 0, minutes(3)), Duration(kWindow * 3 / 63 + Duration(1)));
  EXPECT_EQ(bucket.WaitFor(1, 0, minutes(4)), Duration(0));
  bucket.SetLimit(63 + 1'600, minutes(5));
  bucket.SetLimit(0, minutes(5));
  bucket.SetLimit(60, minutes(5));
  EXPECT_EQ(bucket.WaitFor(1, 0, minutes(5)), kWindow * (8 + 100 + 8 + 3) / 60);
}

// Processes that always want more, and parts of an eighth that move between them, several at a time.
TEST(TokenBucket, KeepsTheSumOfProcessesWhileTheirPartsMove) {
  constexpr int kParts = 8;
  uint64_t moved = 0;
  for (uint64_t seed = 1; seed <= 3'000; ++seed) {
    std::mt19937_64 random(seed);
    const auto limit = static_cast<int64_t>(kParts + random() % (seed % 2 == 0 ? 20 : 400));
    std::vector<int> parts(2 + random() % 7);
    for (int i = 0; i < kParts; ++i) ++parts[random() % parts.size()];
    std::vector<TokenBucket> buckets(parts.size(), TokenBucket(1, Duration(0)));
    const auto apply = [&](size_t i, Duration now) {
      buckets[i].SetLimit(static_cast<double>(limit) * parts[i] / kParts, now);
    };
    // Even who has nothing at first has begun.
    for (TokenBucket& bucket : buckets) bucket.SetLimit(1, Duration(0));
    for (size_t i = 0; i < buckets.size(); ++i) apply(i, Duration(0));
    std::vector<Duration> times;
    Duration now = minutes(2);
    for (int move = 0; move < 8; ++move) {
      const Duration until = now + milliseconds(random() % 70'000);
      for (TokenBucket& bucket : buckets) std::ranges::copy(TakeFor(bucket, now, until), std::back_inserter(times));
      now = until;
      const std::vector<int> before = parts;
      const size_t getter = random() % parts.size();
      for (size_t i = 0; i < parts.size(); ++i) {
        if (i == getter || parts[i] == 0 || random() % 2 == 0) continue;
        --parts[i];
        ++parts[getter];
        ++moved;
      }
      for (size_t i = 0; i < parts.size(); ++i)
        if (parts[i] != before[i]) apply(i, now);
    }
    std::ranges::sort(times);
    ASSERT_LE(MostInAWindow(times), limit) << "seed " << seed;
  }
  EXPECT_GT(moved, 10'000U);
}

TEST(TokenBucket, LetsAGreatAmountThroughWhenFull) {
  TokenBucket bucket(1'000'000, Duration(0));
  bucket.SetLimit(6'000, Duration(0));
  EXPECT_EQ(bucket.burst(), 61);
  EXPECT_EQ(bucket.WaitFor(3'000, 0, Duration(0)), Duration(0));
  bucket.Take(3'000);
  const auto wait = bucket.WaitFor(1, 0, Duration(0));
  ASSERT_TRUE(wait);
  EXPECT_EQ(*wait / milliseconds(1), 2'940 * 61'500 / 5'940);
  bucket.Return(2'000, Duration(0));
  EXPECT_LT(*bucket.WaitFor(1, 0, Duration(0)), seconds(10));
  bucket.Return(-2'000, Duration(0));
  EXPECT_EQ(bucket.WaitFor(1, 0, Duration(0)), wait);
}

TEST(TokenBucket, KeepsWhatIsReserved) {
  TokenBucket bucket(1'000'000, Duration(0));
  bucket.SetLimit(900, Duration(0));
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
