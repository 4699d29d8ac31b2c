// What the operating system says about this process.
#pragma once

#include <cstdint>
#include <optional>

namespace penstock {

// Nothing where the system does not say.
struct ProcessStats {
  std::optional<double> cpu_seconds;             // user and system, of all threads so far
  std::optional<int64_t> resident_memory_bytes;  // in memory right now
  std::optional<double> start_time_seconds;      // since 1970
};

ProcessStats ReadProcessStats();

}  // namespace penstock
