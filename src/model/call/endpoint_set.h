// Chooses the endpoint of each attempt.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "model/call/breaker.h"
#include "model/call/call_policy.h"
#include "model/call/outliers.h"

namespace penstock::call {

// Among the endpoints of the lowest priority number of which one is up: the one with the fewest attempts in flight, and
// of several such in turn. Every ten seconds the worst outlier of a priority is left alone for a while, as if its
// breaker had opened, as long as half of the priority stays. Used by one thread; `now` never goes back.
class EndpointSet {
 public:
  EndpointSet(const CallPolicy& policy, Duration now);

  // Whether an attempt may begin.
  bool AnyUp(Duration now) const;
  // Whether no breaker is closed.
  bool AllDown() const { return closed_ == 0; }
  // When a breaker admits a probe that does not now; nothing where only outcomes change something.
  std::optional<Duration> NextProbe() const;

  struct Choice {
    size_t endpoint = 0;
    bool probe = false;
  };
  // One is up. `failed`: where the last attempt of the call failed; another of the same priority is preferred.
  Choice Begin(std::optional<size_t> failed, Duration now);
  void End(Choice choice, Health health, Duration now);

 private:
  struct Endpoint {
    uint32_t priority;
    Breaker breaker;
    uint32_t in_flight = 0;
    uint32_t ejections = 0;  // one after another
    Tally tally;
  };

  bool Better(const Endpoint& one, const Endpoint& other, std::optional<size_t> failed) const;
  void Sweep(Duration now);
  void SweepPriority(uint32_t priority, Duration now);
  void CountClosed();

  BreakerPolicy policy_;
  std::vector<Endpoint> endpoints_;
  size_t next_ = 0;  // where the search begins
  size_t closed_;
  Duration swept_;
};

}  // namespace penstock::call
