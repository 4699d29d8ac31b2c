// How calls to a model are made.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"

namespace penstock {

// Of the whole pipeline: each process has the share of its partitions.
struct CallLimits {
  int64_t in_flight = 256;
  std::optional<int64_t> requests_per_minute;
  std::optional<int64_t> tokens_per_minute;
};

struct RetryPolicy {
  uint32_t attempts = 5;  // the first one among them
  Duration base = std::chrono::milliseconds(500);
  Duration cap = std::chrono::seconds(30);
};

// When an endpoint is left alone for a while. After Envoy's outlier detection and circuit breakers.
struct BreakerPolicy {
  uint32_t failures = 5;  // one after another
  Duration open = std::chrono::seconds(5);
  Duration open_max = std::chrono::minutes(1);  // doubled each time a probe fails, up to this
};

struct CallPolicy {
  Duration timeout = std::chrono::seconds(30);  // of one attempt
  Duration deadline = std::chrono::minutes(2);  // of the call, from its first permitted attempt
  RetryPolicy retry;
  CallLimits limits;
  BreakerPolicy breaker;
  bool wait_in_outage = true;  // else a call ends as kOutage when no endpoint is up
  // The priority of each endpoint: one of the lowest number that is up is chosen.
  std::vector<uint32_t> endpoint_priorities = {0};
};

}  // namespace penstock
