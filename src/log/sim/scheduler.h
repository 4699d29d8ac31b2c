// Virtual time: what is to happen, in the order of its moments.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <vector>

#include "base/clock.h"

namespace penstock::sim {

// Runs actions one after another, in one thread, and moves the clock from each to the next. Actions of the same moment
// run in the order in which they were scheduled.
class Scheduler {
 public:
  // The clock outlives the scheduler.
  explicit Scheduler(ManualClock& clock) : clock_(clock) {}

  // `delay` is not negative. What the action refers to lives until it has run, or the scheduler has ended.
  void After(Duration delay, std::function<void()> action);

  // Runs the next action, if it is due by `until`. Otherwise moves the clock there and returns false.
  bool RunNext(Duration until);
  // Everything that is due by then.
  void RunUntil(Duration until);

  Duration now() const { return clock_.Monotonic(); }
  const ManualClock& clock() const { return clock_; }
  size_t pending() const { return actions_.size(); }
  // So many actions have been run.
  uint64_t steps() const { return steps_; }

 private:
  struct Action {
    Duration at;
    uint64_t number;
    std::function<void()> run;

    // The queue has the greatest first.
    bool operator<(const Action& other) const { return at != other.at ? at > other.at : number > other.number; }
  };

  ManualClock& clock_;
  std::priority_queue<Action, std::vector<Action>> actions_;
  uint64_t next_number_ = 0;
  uint64_t steps_ = 0;
};

}  // namespace penstock::sim
