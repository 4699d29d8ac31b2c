#include "base/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <thread>
#include <vector>

namespace penstock {
namespace {

constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();

TEST(HistogramBucketsTest, CoverEveryValueInOrder) {
  for (int64_t value = 0; value < 32; ++value) EXPECT_EQ(HistogramBuckets::Highest(HistogramBuckets::Of(value)), value);
  for (size_t bucket = 0; bucket < HistogramBuckets::kCount; ++bucket) {
    const int64_t highest = HistogramBuckets::Highest(bucket);
    ASSERT_EQ(HistogramBuckets::Of(highest), bucket);
    if (highest == kLargest) break;
    ASSERT_EQ(HistogramBuckets::Of(highest + 1), bucket + 1);
  }
  EXPECT_EQ(HistogramBuckets::Highest(HistogramBuckets::kCount - 1), kLargest);
}

TEST(HistogramBucketsTest, AreAtMostASixteenthWide) {
  for (size_t bucket = 1; bucket < HistogramBuckets::kCount; ++bucket) {
    const int64_t lowest = HistogramBuckets::Highest(bucket - 1) + 1;
    ASSERT_LE(HistogramBuckets::Highest(bucket) - lowest, lowest / 16) << bucket;
  }
}

TEST(HistogramTest, IsEmptyAtFirst) {
  const HistogramSnapshot snapshot = Histogram().Snapshot();
  EXPECT_EQ(snapshot.count, 0U);
  EXPECT_EQ(snapshot.sum, 0);
  EXPECT_EQ(snapshot.max, 0);
  EXPECT_EQ(snapshot.Quantile(0.5), 0);
}

TEST(HistogramTest, CountsSmallValuesExactly) {
  Histogram histogram;
  for (int64_t value = 1; value <= 20; ++value) histogram.Record(value);
  const HistogramSnapshot snapshot = histogram.Snapshot();
  EXPECT_EQ(snapshot.count, 20U);
  EXPECT_EQ(snapshot.sum, 210);
  EXPECT_EQ(snapshot.max, 20);
  EXPECT_EQ(snapshot.Quantile(0), 1);
  EXPECT_EQ(snapshot.Quantile(0.5), 10);
  EXPECT_EQ(snapshot.Quantile(0.9), 18);
  EXPECT_EQ(snapshot.Quantile(0.95), 19);
  EXPECT_EQ(snapshot.Quantile(1), 20);
}

TEST(HistogramTest, TakesExtremes) {
  Histogram histogram;
  histogram.Record(-5);
  histogram.Record(kLargest);
  const HistogramSnapshot snapshot = histogram.Snapshot();
  EXPECT_EQ(snapshot.Quantile(0.5), 0);
  EXPECT_EQ(snapshot.Quantile(0.51), kLargest);
  EXPECT_EQ(snapshot.max, kLargest);
}

TEST(HistogramTest, TakesAnyQuantile) {
  Histogram histogram;
  for (const int64_t value : {1, 2, 3}) histogram.Record(value);
  const HistogramSnapshot snapshot = histogram.Snapshot();
  EXPECT_EQ(snapshot.Quantile(-1), 1);
  EXPECT_EQ(snapshot.Quantile(2), 3);
  EXPECT_EQ(snapshot.Quantile(std::numeric_limits<double>::quiet_NaN()), 1);
}

TEST(HistogramTest, NeverExceedsTheLargestValue) {
  Histogram histogram;
  histogram.Record(1'000'000);
  EXPECT_EQ(histogram.Snapshot().Quantile(0.99), 1'000'000);
}

// Against the exact answer, for values from all magnitudes.
TEST(HistogramTest, QuantilesAreAtMostASixteenthTooHigh) {
  constexpr unsigned kSeed = 20260102;
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  Histogram histogram;
  std::vector<int64_t> values(9'999);
  for (int64_t& value : values) {
    value = static_cast<int64_t>(random() >> (1 + random() % 63));
    histogram.Record(value);
  }
  std::sort(values.begin(), values.end());
  const HistogramSnapshot snapshot = histogram.Snapshot();
  for (const double q : {0.0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 1.0}) {
    const auto rank = static_cast<size_t>(std::max(std::ceil(q * 9'999), 1.0));
    const int64_t exact = values[rank - 1];
    EXPECT_GE(snapshot.Quantile(q), exact) << q;
    EXPECT_LE(snapshot.Quantile(q) - exact, exact / 16) << q;
  }
}

TEST(HistogramTest, TellsWhatCameSinceAnEarlierSnapshot) {
  Histogram histogram;
  histogram.Record(1000);
  const HistogramSnapshot earlier = histogram.Snapshot();
  histogram.Record(5, 3);
  const HistogramSnapshot rest = histogram.Snapshot().Since(earlier);
  EXPECT_EQ(rest.count, 3U);
  EXPECT_EQ(rest.sum, 15);
  EXPECT_EQ(rest.Quantile(0.99), 5);
}

TEST(HistogramTest, MergesAsIfRecordedTogether) {
  Histogram first;
  Histogram second;
  Histogram together;
  for (int64_t value = 0; value < 1000; ++value) {
    (value % 3 == 0 ? first : second).Record(value * value);
    together.Record(value * value);
  }
  HistogramSnapshot merged = first.Snapshot();
  merged.Merge(second.Snapshot());
  const HistogramSnapshot expected = together.Snapshot();
  EXPECT_EQ(merged.buckets, expected.buckets);
  EXPECT_EQ(merged.count, expected.count);
  EXPECT_EQ(merged.sum, expected.sum);
  EXPECT_EQ(merged.max, expected.max);
}

// Every value is larger than the one before, so a snapshot's count says how large its maximum and sum must be at least.
TEST(HistogramTest, IsReadWhileItRecords) {
  constexpr uint64_t kEnd = 50'000;
  Histogram histogram;
  std::thread writer([&] {
    for (uint64_t value = 1; value <= kEnd; ++value) histogram.Record(static_cast<int64_t>(value));
  });
  uint64_t last = 0;
  while (last < kEnd) {
    const HistogramSnapshot snapshot = histogram.Snapshot();
    const auto count = static_cast<double>(snapshot.count);
    ASSERT_LE(last, snapshot.count);
    ASSERT_GE(static_cast<uint64_t>(snapshot.max), snapshot.count);
    ASSERT_GE(snapshot.sum, count * (count + 1) / 2);
    ASSERT_LE(snapshot.Quantile(0.99), snapshot.max);
    last = snapshot.count;
  }
  writer.join();
  EXPECT_EQ(histogram.Snapshot().max, static_cast<int64_t>(kEnd));
}

}  // namespace
}  // namespace penstock
