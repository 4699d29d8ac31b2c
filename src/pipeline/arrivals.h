// Which events a commit is about: for latencies.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace penstock {

// Events that came at the same time; timestamps tell them apart as far as a latency needs it.
struct Arrival {
  Duration read_at;
  int64_t timestamp_ms;
  uint64_t count;
};

class Arrivals {
 public:
  void Note(Duration read_at, int64_t timestamp_ms) {
    const bool same =
        !arrivals_.empty() && arrivals_.back().read_at == read_at && arrivals_.back().timestamp_ms == timestamp_ms;
    if (same || arrivals_.size() >= kArrivalsMax)
      ++arrivals_.back().count;
    else
      arrivals_.push_back({read_at, timestamp_ms, 1});
  }

  std::vector<Arrival> Take() { return std::exchange(arrivals_, {}); }

 private:
  static constexpr size_t kArrivalsMax = 65'536;  // while a commit hangs, more are counted with the last

  std::vector<Arrival> arrivals_;
};

}  // namespace penstock
