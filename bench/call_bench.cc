// What a call costs besides its attempt: start, permit, attempt, answer, end, with many in flight, or waiting as well.
// items are calls.
#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "model/call/caller.h"

namespace penstock {
namespace {

constexpr int kTurn = 64;  // answers that come between two turns

class OpenAttempts final : public Transport {
 public:
  void Begin(AttemptId id, size_t, std::string_view, AttemptSink& sink) override {
    open_.push_back(id);
    sink_ = &sink;
  }
  void Abandon(AttemptId) override {}

  // Answers one of those that are open, whichever it is.
  void Answer(uint64_t which) {
    std::swap(open_[which % open_.size()], open_.back());
    AttemptOutcome outcome;
    outcome.end = AttemptEnd::kAnswered;
    outcome.usage = Usage{100, 10};
    const AttemptId id = open_.back();
    open_.pop_back();
    sink_->AttemptEnded(id, std::move(outcome));
  }

 private:
  std::vector<AttemptId> open_;
  AttemptSink* sink_ = nullptr;
};

class CountingSink final : public CallSink {
 public:
  void CallEnded(CallId, CallEnd end) override { benchmark::DoNotOptimize(end.attempts); }
};

// range(0): in flight; range(1): waiting besides.
void BM_Call(benchmark::State& state) {
  CallPolicy policy;
  policy.limits = {state.range(0), 2'000'000'000, 2'000'000'000'000};
  OpenAttempts transport;
  CountingSink sink;
  CallMetrics metrics;
  const auto limiter = Limiter::Make(policy.limits, RealClock());
  const auto caller = Caller::Make(
      policy, *limiter, [] {}, transport, sink, RealClock(), 1, metrics);
  caller->SetShare(1);
  std::mt19937_64 random(3);
  CallId next = 0;
  for (int64_t i = state.range(0) + state.range(1); i > 0; --i) caller->Start(next++, "{}", 110);
  while (metrics.attempts.value() < static_cast<uint64_t>(state.range(0))) caller->Turn();
  for (auto _ : state) {
    for (int i = 0; i < kTurn; ++i) transport.Answer(random());
    for (int i = 0; i < kTurn; ++i) caller->Start(next++, "{}", 110);
    const uint64_t begun = metrics.attempts.value();
    do caller->Turn();
    while (metrics.attempts.value() < begun + kTurn);
  }
  state.SetItemsProcessed(state.iterations() * kTurn);
}
BENCHMARK(BM_Call)->Args({100, 0})->Args({10'000, 0})->Args({10'000, 50'000});

}  // namespace
}  // namespace penstock
