// Leaves an endpoint alone that does not answer.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "model/call/call_policy.h"

namespace penstock::call {

// What an attempt says about its endpoint.
enum class Health : uint8_t {
  kGood,     // it answered
  kBad,      // it failed, or could not be reached, or took too long
  kNeither,  // it is there, and did not want this request: throttled, refused
  kUnknown,  // nobody waited for the outcome
};

// Closed while all is well. So many failures one after another open it; after a while one attempt, the probe, finds out
// whether it closes again or opens for twice as long. Used by one thread; `now` never goes back.
class Breaker {
 public:
  explicit Breaker(const BreakerPolicy& policy) : policy_(policy), open_for_(policy.open) {}

  bool closed() const { return !open_until_; }
  // Whether an attempt may begin: as the probe, where it is not closed.
  bool Admits(Duration now) const { return closed() || (!probing_ && now >= *open_until_); }
  // When it admits a probe; nothing where it is closed, or a probe is under way.
  std::optional<Duration> ProbeAt() const { return probing_ ? std::nullopt : open_until_; }

  // An attempt begins; returns whether it is the probe.
  bool Begin();
  // An attempt has ended. What began before the breaker opened changes nothing any more.
  void End(bool probe, Health health, Duration now);
  // Opens a closed one, for some other reason than failures one after another.
  void Open(Duration length, Duration now);

 private:
  void EndProbe(Health health, Duration now);

  BreakerPolicy policy_;
  uint32_t failures_ = 0;
  bool probing_ = false;
  std::optional<Duration> open_until_;
  Duration open_for_;  // the next time
};

}  // namespace penstock::call
