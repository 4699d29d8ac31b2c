// How values are distributed: p50, p99, the largest. Cheap enough to record every event on the hot path.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace penstock {

// Log-linear buckets, as in HdrHistogram: values below 32 have one bucket each; above, every power of two is divided
// into 16 buckets of equal width. So a bucket's bounds are at most 1/16 (6.25 %) of its values apart.
struct HistogramBuckets {
  static constexpr size_t kCount = 960;

  // `value` is not negative.
  static size_t Of(int64_t value) {
    const auto bits = static_cast<uint64_t>(value);
    const size_t shift = std::max<size_t>(std::bit_width(bits), 5) - 5;
    return shift * 16 + (bits >> shift);
  }

  // The largest value that belongs into a bucket.
  static int64_t Highest(size_t bucket);
};

// What a histogram held at one time. A plain value, of some 8 KB.
struct HistogramSnapshot {
  std::array<uint64_t, HistogramBuckets::kCount> buckets{};
  uint64_t count = 0;
  double sum = 0;  // of the values themselves, not of their buckets; exact up to 2^53
  int64_t max = 0;

  // The smallest value that at least the share `q` (0 to 1) of all values do not exceed, at most 1/16 too high and
  // never too low. 0 if there are no values.
  int64_t Quantile(double q) const;

  // Without the values that `earlier`, a snapshot of the same histogram, had already. The maximum stays that of all.
  HistogramSnapshot Since(const HistogramSnapshot& earlier) const;

  // Adds the values of `other`, such as another worker's.
  void Merge(const HistogramSnapshot& other);
};

// Counts values by their size; they share a unit, which the name of the histogram states (`latency_ns`). Takes 8 KB,
// whatever it counts. One thread records; any thread takes snapshots, without making the writer wait.
class Histogram {
 public:
  // A negative value counts as 0. `count`: so many values of this size.
  void Record(int64_t value, uint64_t count = 1) {
    value = std::max<int64_t>(value, 0);
    if (value > max_.load(std::memory_order_relaxed)) max_.store(value, std::memory_order_relaxed);
    // A sum of nanoseconds in 64 bits would overflow within days.
    sum_.store(sum_.load(std::memory_order_relaxed) + static_cast<double>(value) * static_cast<double>(count),
               std::memory_order_relaxed);
    std::atomic<uint64_t>& bucket = buckets_[HistogramBuckets::Of(value)];
    // Last, and released: whoever sees the count sees the maximum and the sum that belong to it.
    bucket.store(bucket.load(std::memory_order_relaxed) + count, std::memory_order_release);
  }

  // While the writer goes on, `sum` and `max` may already hold values that `count` and the buckets do not.
  HistogramSnapshot Snapshot() const;

 private:
  std::array<std::atomic<uint64_t>, HistogramBuckets::kCount> buckets_{};
  std::atomic<double> sum_{0};
  std::atomic<int64_t> max_{0};
};

}  // namespace penstock
