#include "base/histogram.h"

#include <cmath>

namespace penstock {

int64_t HistogramBuckets::Highest(size_t bucket) {
  const size_t shift = std::max<size_t>(bucket / 16, 1) - 1;
  const uint64_t leading = bucket - shift * 16;
  return static_cast<int64_t>(((leading + 1) << shift) - 1);
}

int64_t HistogramSnapshot::Quantile(double q) const {
  if (count == 0) return 0;
  if (q >= 1) return max;
  const double share = q > 0 ? q : 0;  // also where q is not a number
  const double rank = std::max(std::ceil(share * static_cast<double>(count)), 1.0);
  double below = 0;
  for (size_t bucket = 0; bucket < buckets.size(); ++bucket) {
    below += static_cast<double>(buckets[bucket]);
    if (below >= rank) return std::min(HistogramBuckets::Highest(bucket), max);
  }
  return max;
}

HistogramSnapshot HistogramSnapshot::Since(const HistogramSnapshot& earlier) const {
  HistogramSnapshot rest = *this;
  for (size_t bucket = 0; bucket < buckets.size(); ++bucket) rest.buckets[bucket] -= earlier.buckets[bucket];
  rest.count -= earlier.count;
  rest.sum -= earlier.sum;
  return rest;
}

void HistogramSnapshot::Merge(const HistogramSnapshot& other) {
  for (size_t bucket = 0; bucket < buckets.size(); ++bucket) buckets[bucket] += other.buckets[bucket];
  count += other.count;
  sum += other.sum;
  max = std::max(max, other.max);
}

HistogramSnapshot Histogram::Snapshot() const {
  HistogramSnapshot snapshot;
  for (size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
    snapshot.buckets[bucket] = buckets_[bucket].load(std::memory_order_acquire);
    snapshot.count += snapshot.buckets[bucket];
  }
  snapshot.sum = sum_.load(std::memory_order_relaxed);
  snapshot.max = max_.load(std::memory_order_relaxed);
  return snapshot;
}

}  // namespace penstock
