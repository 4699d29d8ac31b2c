// What a call to a remote model costs this process, and how much memory it takes while it is under way. The stand-in
// answers each after 100 ms, in a process of its own; that process competes for the same cores.
#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <utility>

#include "base/event_loop.h"
#include "model/model.h"
#include "model/remote/remote_model.h"
#include "tests/providers/standin.h"

namespace penstock::remote {
namespace {

double CpuSeconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  double pages = 0;
  statm >> pages >> pages;
  return pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

// Asks again whenever it is answered.
class Load final : public AnswerSink {
 public:
  Load(RemoteSpec spec, size_t in_flight)
      : loop_(*EventLoop::Make()), model_(*MakeRemoteModel(std::move(spec), RealClock())) {
    PredictorOptions options;
    options.outputs = {0};
    options.loop = loop_.get();
    predictor_ = *model_->NewPredictor(std::move(options));
    predictor_->SetShare(1);
    for (size_t i = 0; i < in_flight; ++i) Ask();
  }

  void RunUntil(size_t answered) {
    while (answered_ < answered) {
      const Duration wait = predictor_->Turn();
      arena_.Reset();
      if (wait > Duration(0)) loop_->Wait(wait);
    }
  }
  size_t answered() const { return answered_; }
  size_t failed() const { return failed_; }

 private:
  Arena& arena() override { return arena_; }
  void Answer(RequestId /*id*/, std::span<const Value> /*outputs*/, const CallReport& /*report*/) override {
    ++answered_;
    Ask();
  }
  void Fail(RequestId id, const Failure& failure, const CallReport& report) override {
    ++failed_;
    benchmark::DoNotOptimize(failure);
    Answer(id, {}, report);
  }
  void Ask() {
    const Value text = Value::String("How much does it cost to ask a model that is somewhere else a short question?");
    const Request request{next_++, {&text, 1}};
    predictor_->Predict({&request, 1}, *this);
  }

  const std::unique_ptr<EventLoop> loop_;
  const std::unique_ptr<Model> model_;
  Arena arena_;
  RequestId next_ = 0;
  size_t answered_ = 0;
  size_t failed_ = 0;
  std::unique_ptr<Predictor> predictor_;
};

void BM_RemoteCalls(benchmark::State& state) {
  const auto in_flight = static_cast<size_t>(state.range(0));
  const Standin standin;
  RemoteSpec spec;
  spec.name = "bench";
  spec.model = "some-model";
  spec.endpoints = {
      {standin.Http("bench", state.range(1) > 0 ? "latency=" + std::to_string(state.range(1)) + "ms" : ""), "", "key",
       0}};
  spec.policy.limits.in_flight = static_cast<int64_t>(in_flight);
  const double resident = ResidentBytes();
  Load load(spec, in_flight);
  load.RunUntil(2 * in_flight);  // by when all connections are there
  const double resident_running = ResidentBytes();
  const double cpu = CpuSeconds();
  const size_t answered = load.answered();
  for (auto _ : state) load.RunUntil(load.answered() + in_flight);
  const auto calls = static_cast<double>(load.answered() - answered);
  state.SetItemsProcessed(static_cast<int64_t>(calls));
  state.counters["cpu_us_per_call"] = (CpuSeconds() - cpu) * 1e6 / calls;
  state.counters["bytes_per_call"] = (resident_running - resident) / static_cast<double>(in_flight);
  state.counters["failed"] = static_cast<double>(load.failed());
}
// Calls in flight, and milliseconds until each is answered.
BENCHMARK(BM_RemoteCalls)
    ->Args({1, 0})
    ->Args({1000, 100})
    ->Args({1000, 0})
    ->Args({9000, 1000})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace penstock::remote
