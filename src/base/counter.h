// Counts events where they happen, at the price of an addition.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace penstock {

// Put what different threads write this far apart, as in `struct alignas(kInterferenceBytes) WorkerMetrics { Counter
// ...; }`: on a shared cache line they would slow one another. Two lines, because processors fetch them in pairs. Not
// the constant of the standard library, whose value varies with the compiler's flags.
inline constexpr size_t kInterferenceBytes = 128;

// A number that only grows. One thread adds; any thread reads, without making the writer wait, and sees each addition
// soon. Each worker has its own, and the reader sums them up.
class Counter {
 public:
  // With one writer a load and a store do; an atomic increment would lock the bus for nothing.
  void Add(uint64_t amount = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }

  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

}  // namespace penstock
