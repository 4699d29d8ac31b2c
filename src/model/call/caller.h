// One worker's calls to one model: limiter, attempts, retries, deadlines.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/counter.h"
#include "base/gauge.h"
#include "base/histogram.h"
#include "model/call/attempt.h"
#include "model/call/call_policy.h"
#include "model/call/call_wait.h"
#include "model/call/limiter.h"

namespace penstock {

using CallId = uint64_t;  // of whoever starts calls

enum class CallResult : uint8_t {
  kAnswered,
  kRefused,   // no repetition would have helped
  kFailed,    // after all attempts
  kDeadline,  // before it: time ran out, or the provider wants a pause that is longer than what was left
  kOutage,    // no endpoint is up, and the policy does not wait
};

struct CallEnd {
  CallResult result = CallResult::kFailed;
  std::string reason;   // of the last attempt, as in AttemptOutcome; empty where answered
  std::string message;  // the same, for people
  std::string answer;
  Usage usage;            // the sum over all attempts
  uint32_t attempts = 0;  // but for those that an outage made vain, where the policy waits for its end
  size_t endpoint = 0;    // of the last attempt
  Duration queued{};      // until the first permitted attempt
  Duration calling{};     // the last attempt
  Duration retrying{};    // what lies between those two
};

class CallSink {
 public:
  virtual ~CallSink() = default;
  // Each call that was not cancelled ends exactly once. May start and cancel calls.
  virtual void CallEnded(CallId id, CallEnd end) = 0;
};

// One thread writes, any reads.
struct CallMetrics {
  Counter started;
  Counter answered;
  Counter failed;
  Counter cancelled;
  Counter attempts;
  Counter retries;
  Counter throttled;     // attempts that the provider refused for want of quota
  Counter timeouts;      // attempts that took too long
  Counter late_answers;  // of attempts that had been abandoned
  Counter input_tokens;
  Counter output_tokens;
  Gauge in_flight;                        // attempts
  std::array<Gauge, kCallWaits> waiting;  // calls without one, by what they wait for: each counts once
  Histogram queued_ns;
  Histogram calling_ns;
  Histogram retrying_ns;
  Histogram first_token_ns;  // of attempts with a streamed answer: AttemptOutcome::first_token
};

// Used by one worker's thread. What it does depends on its arguments alone. All that it is told, by its owner or by the
// transport, takes effect at the next Turn: call that before you wait for anything.
class Caller {
 public:
  // All outlive the caller. `seed` chooses the jitter. `wake` ends the worker's wait; any thread calls it, and it calls
  // neither the caller nor the limiter. Until SetShare, the share is 0, and nothing is permitted.
  static std::unique_ptr<Caller> Make(const CallPolicy& policy, Limiter& limiter, std::function<void()> wake,
                                      Transport& transport, CallSink& sink, const Clock& clock, uint64_t seed,
                                      CallMetrics& metrics);
  virtual ~Caller() = default;

  // No other call that has not ended has the id. `tokens`: what an attempt is thought to take, of input and output.
  // Nothing ends from within Start.
  virtual void Start(CallId id, std::string payload, int64_t tokens) = 0;
  // The call does not end any more. Does nothing where it has ended.
  virtual void Cancel(CallId id) = 0;

  // Whether an attempt has begun for a call that has not ended.
  virtual bool HasBegun(CallId id) const = 0;

  // Of the call's payload, until it ends.
  virtual size_t PayloadBytes(CallId id) const = 0;

  // Does all that is due: permits, attempts, time-outs, ends. Returns how long nothing is due by itself.
  virtual Duration Turn() = 0;

  // While held, no call makes its first attempt.
  virtual void Hold(bool hold) = 0;
  // This worker's part of all partitions of the pipeline, between 0 and 1.
  virtual void SetShare(double share) = 0;
  // Whether this process has more attempts in flight than its part of the limit allows, since that has become smaller.
  virtual bool IsAboveShare() const = 0;
};

}  // namespace penstock
