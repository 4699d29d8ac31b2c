// How long retries wait.
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "model/call/call_policy.h"

namespace penstock::call {

// Exponential, with full jitter (Brooker: Exponential backoff and jitter, AWS Architecture Blog, 2015): calls that
// failed together do not come back together. The same delays for the same seed. Used by one thread.
class Backoff {
 public:
  Backoff(const RetryPolicy& policy, uint64_t seed) : policy_(policy), seed_(seed) {}

  // Before the retry with this number, from 0 on: anything from 0 up to and with min(cap, base * 2^retry).
  Duration Next(uint32_t retry);

 private:
  RetryPolicy policy_;
  uint64_t seed_;
  uint64_t drawn_ = 0;
};

}  // namespace penstock::call
