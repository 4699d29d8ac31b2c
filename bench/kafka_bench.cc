// What records cost on Kafka, in this process' processor time: PENSTOCK_TEST_KAFKA names a cluster for tests, as
// `tests/kafka/broker.py start` leaves it. A rate per second of processor time counts all of the client's threads.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "log/kafka/kafka_log.h"
#include "log/kafka/process_slot.h"

namespace penstock {
namespace {

constexpr int kRecords = 2'000'000;
constexpr int kBatchRecords = 20'000;
constexpr size_t kValueBytes = 290;

double ProcessorSeconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double ResidentMegabytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

std::unique_ptr<Log> Open(benchmark::State& state) {
  const char* const brokers = std::getenv("PENSTOCK_TEST_KAFKA");
  kafka::KafkaLogOptions options;
  options.brokers = brokers == nullptr ? "127.0.0.1:9092" : brokers;
  options.state_directory = std::filesystem::temp_directory_path() / "penstock-kafka-bench";
  Result<std::unique_ptr<Log>> log = kafka::OpenKafkaLog(std::move(options));
  if (log) return *std::move(log);
  state.SkipWithError(log.error().message.c_str());
  return nullptr;
}

// Of 8 letters: it compresses to a half or so, as events do.
std::string Text(uint64_t seed) {
  std::string text(kValueBytes, ' ');
  for (char& letter : text) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    letter = static_cast<char>('a' + (seed >> 61));
  }
  return text;
}

OutBatch Batch(const std::string& topic, int64_t first, bool with_headers) {
  static constexpr Header kHeaders[] = {{"penstock-source", "card-fraud.raw-events/3/123456"},
                                        {"penstock-revision", "0123456789abcdef"},
                                        {"penstock-route", "fraud-v2"},
                                        {"penstock-model", "fraud-v2"},
                                        {"penstock-model-version", "2"}};
  OutBatch batch;
  const uint32_t number = batch.TopicNumber(topic);
  for (int64_t i = 0; i < kBatchRecords; ++i) {
    const std::string key = std::to_string((first + i) * 7919 % 100'003);
    OutRecord record{.topic = number, .timestamp_ms = 1'750'000'000'000, .key = batch.arena().Copy(key)};
    record.value = batch.arena().Copy(key + Text(static_cast<uint64_t>(first + i)));
    if (with_headers) record.headers = kHeaders;
    batch.Add(record);
  }
  return batch;
}

// Whether all went well.
bool Fill(benchmark::State& state, Log& log, const std::string& topic, int count) {
  for (int done = 0; done < count; done += kBatchRecords) {
    const Result<void> appended = log.Append(Batch(topic, done, false));
    if (appended) continue;
    state.SkipWithError(appended.error().message.c_str());
    return false;
  }
  return true;
}

void Report(benchmark::State& state, double seconds, double records) {
  state.counters["per_cpu_s"] = records / seconds;
  state.counters["cpu_ns"] = seconds / records * 1e9;
  state.counters["peak_mb"] = ResidentMegabytes();
}

void BM_Append(benchmark::State& state) {
  const std::unique_ptr<Log> log = Open(state);
  const std::string topic = "bench-" + kafka::RandomId();
  if (log == nullptr || !log->CreateTopic(topic, {.partitions = 4})) return;
  const OutBatch batch = Batch(topic, 0, state.range(0) != 0);
  if (!log->Append(batch)) return state.SkipWithError("the first batch could not be written");
  const double before = ProcessorSeconds();
  double records = 0;
  for (auto _ : state) {
    if (!log->Append(batch)) return state.SkipWithError("a batch could not be written");
    records += kBatchRecords;
  }
  Report(state, ProcessorSeconds() - before, records);
}
BENCHMARK(BM_Append)->Arg(0)->Arg(1)->ArgName("headers")->Iterations(50)->UseRealTime();

void BM_Consume(benchmark::State& state) {
  const std::unique_ptr<Log> log = Open(state);
  const std::string topic = "bench-" + kafka::RandomId();
  if (log == nullptr || !log->CreateTopic(topic, {.partitions = 4})) return;
  if (!Fill(state, *log, topic, kRecords)) return;
  for (auto _ : state) {
    SessionOptions options;
    options.group = topic + "-group";
    options.topics = {topic};
    options.member = "bench";
    const auto session = log->Join(options);
    if (!session) return state.SkipWithError(session.error().message.c_str());
    Delivery delivery;
    double records = 0;
    double before = 0;
    while (records < kRecords) {
      if (!(*session)->Poll(std::chrono::milliseconds(100), delivery)) return state.SkipWithError("a poll failed");
      if (records == 0 && !delivery.fetched.empty()) before = ProcessorSeconds();
      for (const Fetched& fetched : delivery.fetched) records += static_cast<double>(fetched.records.size());
    }
    Report(state, ProcessorSeconds() - before, records);
  }
}
BENCHMARK(BM_Consume)->Iterations(1)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace penstock
