// How a client of a cluster is doing, as librdkafka says every few seconds.
#pragma once

#include <string_view>

#include "base/gauge.h"

namespace penstock::kafka {

// One thread updates; any thread reads.
class Statistics {
 public:
  // From librdkafka's JSON (STATISTICS.md). What it does not say keeps its value.
  void Update(std::string_view json);

  // Of the slowest broker, over the last interval.
  int64_t round_trip_p99_us() const { return round_trip_p99_us_.value(); }
  // Of those that the client has reason to speak to.
  int64_t brokers_up() const { return brokers_up_.value(); }
  int64_t brokers_down() const { return brokers_down_.value(); }
  // To be sent, or not answered yet.
  int64_t queued_messages() const { return queued_messages_.value(); }
  int64_t queued_bytes() const { return queued_bytes_.value(); }
  // Requests that were sent again, since the client began.
  int64_t retries() const { return retries_.value(); }

 private:
  Gauge round_trip_p99_us_;
  Gauge brokers_up_;
  Gauge brokers_down_;
  Gauge queued_messages_;
  Gauge queued_bytes_;
  Gauge retries_;
};

}  // namespace penstock::kafka
