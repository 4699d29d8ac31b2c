// What tests of callers stand on: a transport that does nothing by itself, and a sink that remembers.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/call/caller.h"

namespace penstock::call {

class FakeTransport final : public Transport {
 public:
  struct Attempt {
    AttemptId id = 0;
    size_t endpoint = 0;
    std::string payload;
    AttemptSink* sink = nullptr;
  };

  void Begin(AttemptId id, size_t endpoint, std::string_view payload, AttemptSink& sink) override {
    ++begun;
    open.emplace(id, Attempt{id, endpoint, std::string(payload), &sink});
  }
  void Abandon(AttemptId id) override {
    abandoned.push_back(std::move(open.at(id)));
    open.erase(id);
  }

  // Ends the attempt that began first.
  void End(AttemptOutcome outcome) { End(open.begin()->first, std::move(outcome)); }
  void End(AttemptId id, AttemptOutcome outcome) {
    AttemptSink* const sink = open.at(id).sink;
    open.erase(id);
    sink->AttemptEnded(id, std::move(outcome));
  }

  std::map<AttemptId, Attempt> open;  // in the order in which they began
  std::vector<Attempt> abandoned;
  size_t begun = 0;
};

class FakeSink final : public CallSink {
 public:
  void CallEnded(CallId id, CallEnd end) override { ends.emplace_back(id, std::move(end)); }

  std::vector<std::pair<CallId, CallEnd>> ends;
};

// Attempts of ten seconds, three of them in forty.
inline CallPolicy FixturePolicy(int64_t in_flight = CallLimits().in_flight) {
  CallPolicy policy;
  policy.timeout = std::chrono::seconds(10);
  policy.deadline = std::chrono::seconds(40);
  policy.retry = {3, std::chrono::seconds(1), std::chrono::seconds(4)};
  policy.limits.in_flight = in_flight;
  return policy;
}

inline AttemptOutcome Outcome(AttemptEnd end, std::optional<Duration> retry_after = std::nullopt) {
  AttemptOutcome outcome;
  outcome.end = end;
  outcome.retry_after = retry_after;
  if (end == AttemptEnd::kAnswered) {
    outcome.answer = "yes";
  } else {
    outcome.reason = "why";
    outcome.message = "told why";
  }
  return outcome;
}

// One worker with its own limiter, or with one that it shares.
struct CallerFixture {
  explicit CallerFixture(CallPolicy chosen, double share = 1.0)
      : policy(std::move(chosen)), limiter(Limiter::Make(policy.limits, clock)) {
    caller = Caller::Make(
        policy, *limiter, [this] { ++wakes; }, transport, sink, clock, 7, metrics);
    caller->SetShare(share);
  }

  // Turns until nothing is due before `elapsed` has passed.
  void Run(Duration elapsed) {
    const Duration end = clock.Monotonic() + elapsed;
    for (;;) {
      const Duration wait = caller->Turn();
      const Duration left = end - clock.Monotonic();
      if (wait > left) {
        clock.Advance(left);
        return;
      }
      clock.Advance(wait);
    }
  }

  ManualClock clock;
  CallPolicy policy;
  std::unique_ptr<Limiter> limiter;
  FakeTransport transport;
  FakeSink sink;
  CallMetrics metrics;
  int wakes = 0;
  std::unique_ptr<Caller> caller;
};

}  // namespace penstock::call
