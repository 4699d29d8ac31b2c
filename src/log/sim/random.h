// What a seed decides.
#pragma once

#include <cstdint>

#include "base/clock.h"

namespace penstock::sim {

// The same numbers for the same seed, on every machine: SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom
// number generators, 2014). Used by one thread.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    uint64_t bits = (state_ += 0x9e3779b97f4a7c15);
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
    return bits ^ (bits >> 31);
  }

  // From 0 up to, not including, `bound`, which is positive. The bias of the modulo does not matter here.
  int64_t Below(int64_t bound) { return static_cast<int64_t>(Next() % static_cast<uint64_t>(bound)); }
  // Both ends included.
  int64_t Between(int64_t low, int64_t high) { return low + Below(high - low + 1); }
  bool Chance(int64_t per_mille) { return Below(1000) < per_mille; }
  Duration BetweenMs(int64_t low, int64_t high) { return std::chrono::microseconds(Between(low * 1000, high * 1000)); }

 private:
  uint64_t state_;
};

}  // namespace penstock::sim
