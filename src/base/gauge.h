// Shows how much there is of something right now.
#pragma once

#include <atomic>
#include <cstdint>

namespace penstock {

// A number that goes up and down: events in flight, bytes buffered. One thread writes; any thread reads, without making
// the writer wait. For gauges of several threads side by side see kInterferenceBytes in counter.h.
class Gauge {
 public:
  void Set(int64_t value) { value_.store(value, std::memory_order_relaxed); }
  void Add(int64_t amount) { Set(value() + amount); }

  int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> value_{0};
};

}  // namespace penstock
