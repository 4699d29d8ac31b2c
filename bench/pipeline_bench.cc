// The card-fraud example, from the embedded log to the embedded log, exactly once, by one worker.
#include <benchmark/benchmark.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/temporary_directory.h"
#include "log/local/local_log.h"
#include "model/embedded/onnx_model.h"
#include "pipeline/drain.h"
#include "pipeline/engine.h"
#include "pipeline/plan.h"

namespace penstock {
namespace {

constexpr size_t kEvents = 400'000;

template <typename T>
T Need(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", result.error().message.c_str());
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

std::vector<std::string> ReadTransactions() {
  const std::string command = "gzip -dc " PENSTOCK_SOURCE_DIR "/examples/card-fraud/data/transactions.jsonl.gz";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  std::vector<std::string> lines(1);
  std::array<char, 65536> buffer{};
  while (const size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe.get()))
    for (const char c : std::string_view(buffer.data(), size)) {
      if (c == '\n')
        lines.emplace_back();
      else
        lines.back() += c;
    }
  lines.pop_back();
  if (lines.empty()) std::exit(1);
  return lines;
}

std::string UserOf(const std::string& line) {
  const std::string mark = "\"user_id\":\"";
  const size_t start = line.find(mark) + mark.size();
  return line.substr(start, line.find('"', start) - start);
}

void Fill(Log& log, const std::string& topic) {
  const std::vector<std::string> lines = ReadTransactions();
  Need(log.CreateTopic(topic, {.partitions = 4}));
  OutBatch batch;
  for (size_t i = 0; i < kEvents; ++i) {
    const std::string& line = lines[i % lines.size()];
    const uint32_t number = batch.TopicNumber(topic);
    batch.Add({.topic = number,
               .timestamp_ms = 1'760'000'000'000,
               .key = batch.arena().Copy(UserOf(line)),
               .value = batch.arena().Copy(line)});
    if (batch.records().size() < 4000 && i + 1 < kEvents) continue;
    Need(log.Append(batch));
    batch.Clear();
  }
}

// Of all threads.
double ProcessCpuSeconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void RunToEnd(const Plan& plan, Log& log, const Logger& logger, benchmark::State& state) {
  const double cpu_before = ProcessCpuSeconds();
  const Duration start = RealClock().Monotonic();
  const std::unique_ptr<Engine> engine = Need(Engine::Start(plan, log, {.workers = 1}, RealClock(), logger));
  const Drain drain = Need(Drain::Begin(log, PrepareGroupOf(plan.settings.name), plan.settings.topics.raw));
  // Asking more often would take processor time from what is measured.
  while (!Need(drain.IsDone())) std::this_thread::sleep_for(std::chrono::milliseconds(25));
  const double seconds = std::chrono::duration<double>(RealClock().Monotonic() - start).count();
  const double cpu = ProcessCpuSeconds() - cpu_before;
  double model = 0;
  for (const ModelSnapshot& snapshot : engine->Models()) model += snapshot.run_ns.sum / 1e9;
  const EngineSnapshot snapshot = engine->Snapshot();
  if (snapshot.outputs != kEvents) state.SkipWithError("not every event has an output");
  state.SetIterationTime(seconds);
  state.counters["events/s"] = kEvents / seconds;
  state.counters["cpu_us/event"] = cpu / kEvents * 1e6;
  state.counters["model_us/event"] = model / kEvents * 1e6;
  state.counters["events/core_s_without_model"] = kEvents / (cpu - model);
}

void BM_CardFraud(benchmark::State& state) {
  const PipelineFile file =
      Need(LoadPipeline(PENSTOCK_SOURCE_DIR "/examples/card-fraud/pipeline.yaml", [](const ModelFile& model) {
        embedded::OnnxOptions options;
        options.name = model.name;
        options.path = model.path;
        return embedded::LoadOnnx(options, RealClock());
      }));
  if (file.plan == nullptr) {
    std::fprintf(stderr, "%s", file.problems.Text().c_str());
    std::exit(1);
  }
  const Logger logger({.level = LogLevel::kWarn}, DescriptorLogSink(2), RealClock());
  for (auto _ : state) {
    const TemporaryDirectory folder;
    local::LocalLogOptions options;
    options.directory = folder.path();
    const std::unique_ptr<Log> log = Need(local::OpenLocalLog(options));
    Fill(*log, file.plan->settings.topics.raw.front());
    RunToEnd(*file.plan, *log, logger, state);
  }
}
BENCHMARK(BM_CardFraud)->Iterations(1)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace penstock
