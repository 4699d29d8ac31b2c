#include "log/sim/scheduler.h"

#include <utility>

namespace penstock::sim {

void Scheduler::After(Duration delay, std::function<void()> action) {
  actions_.push({now() + delay, next_number_++, std::move(action)});
}

bool Scheduler::RunNext(Duration until) {
  if (actions_.empty() || actions_.top().at > until) {
    if (until > now()) clock_.Advance(until - now());
    return false;
  }
  // A priority queue gives out only constant references; the order does not depend on what is moved away.
  Action action = std::move(const_cast<Action&>(actions_.top()));
  actions_.pop();
  if (action.at > now()) clock_.Advance(action.at - now());
  ++steps_;
  action.run();
  return true;
}

void Scheduler::RunUntil(Duration until) {
  while (RunNext(until)) {
  }
}

}  // namespace penstock::sim
