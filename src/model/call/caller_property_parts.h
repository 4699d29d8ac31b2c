// The parts of a Schedule.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/call/caller_property.h"

namespace penstock::call {

inline constexpr int64_t kPartitions = 8;

struct Schedule::Process {
  std::unique_ptr<Limiter> limiter;
  std::vector<Worker*> workers;
  // By a quota that was used up.
  Duration closed_from{};
  Duration closed_until{};
  int64_t open = 0;  // attempts

  // Between 0 and 8.
  int64_t partitions() const;
  int64_t InFlightMax(int64_t limit) const {
    return partitions() > 0 ? std::max<int64_t>(limit * partitions() / kPartitions, 1) : 0;
  }
};

struct Schedule::Worker final : public Transport, public CallSink {
  Worker(Schedule& owner, Process& home) : schedule(owner), process(home) {}

  void Begin(AttemptId id, size_t, std::string_view payload, AttemptSink& attempt_sink) override {
    schedule.Begun(*this, id, payload, attempt_sink);
  }
  void Abandon(AttemptId id) override { schedule.Abandoned(id); }
  void CallEnded(CallId id, CallEnd end) override { schedule.Ended(*this, id, end); }

  Schedule& schedule;
  Process& process;
  CallMetrics metrics;
  size_t number = 0;
  int64_t partitions = 0;
  bool held = false;
  bool dirty = true;  // something happened that wants a turn
  int64_t fresh = 0;  // calls that never began
  int64_t passed_over = 0;
  CallId last_first = 0;  // the call that began last for the first time
  Duration due{};
  uint64_t late = 0;  // answers
  std::unique_ptr<Caller> caller;
};

inline int64_t Schedule::Process::partitions() const {
  int64_t sum = 0;
  for (const Worker* const worker : workers) sum += worker->partitions;
  return std::min(sum, kPartitions);
}

}  // namespace penstock::call
