// The embedded log: records of about 300 bytes of JSON, appended, read and committed. items are records.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include "base/temporary_directory.h"
#include "log/local/local_log.h"

namespace penstock {
namespace {

constexpr int64_t kRecordsPerLog = 2'000'000;

// A log in a directory of its own, with the topic "t" of one partition.
class BenchLog {
 public:
  explicit BenchLog(local::Durability durability) {
    log_ = Must(local::OpenLocalLog({.directory = directory_.path(), .durability = durability}));
    Must(log_->CreateTopic("t", {.partitions = 1}));
  }

  Log* operator->() { return log_.get(); }

  template <typename T>
  static T Must(Result<T> result) {
    if (!result) {
      std::fprintf(stderr, "%s\n", result.error().message.c_str());
      std::abort();
    }
    if constexpr (!std::is_void_v<T>) return *std::move(result);
  }

 private:
  TemporaryDirectory directory_;  // outlives the log
  std::unique_ptr<Log> log_;
};

// Card payments whose numbers and names vary, from a fixed seed.
OutBatch MakeBatch(int64_t records, uint64_t seed) {
  std::mt19937_64 random(seed);
  OutBatch batch;
  const uint32_t topic = batch.TopicNumber("t");
  for (int64_t i = 0; i < records; ++i) {
    char text[512];
    const int size = std::snprintf(
        text, sizeof text,
        R"({"tx":"t%016llx","user_id":"u%llu","device":"%s","location":"%s","amount":%.2f,"currency":"SGD",)"
        R"("merchant":"merchant-%llu","channel":"pos","card_type":"credit","card_number":"4%015llu","time":)"
        R"("2026-11-21T%02llu:%02llu:%02lluZ","ip":"%llu.%llu.%llu.%llu","risk":%.6f,"attempts":%llu})",
        static_cast<unsigned long long>(random()), static_cast<unsigned long long>(random() % 1000000),
        random() % 2 == 0 ? "iOS" : "Android", random() % 3 == 0 ? "Singapore" : "Kuala Lumpur",
        static_cast<double>(random() % 1000000) / 100.0, static_cast<unsigned long long>(random() % 5000),
        static_cast<unsigned long long>(random() % 1000000000000000ULL), static_cast<unsigned long long>(random() % 24),
        static_cast<unsigned long long>(random() % 60), static_cast<unsigned long long>(random() % 60),
        static_cast<unsigned long long>(random() % 256), static_cast<unsigned long long>(random() % 256),
        static_cast<unsigned long long>(random() % 256), static_cast<unsigned long long>(random() % 256),
        static_cast<double>(random() % 1000000) / 1e6, static_cast<unsigned long long>(random() % 9));
    OutRecord record{.topic = topic, .partition = 0, .timestamp_ms = 1'795'000'000'000 + i};
    record.key = batch.arena().Copy(std::to_string(random() % 1000000));
    record.value = batch.arena().Copy({text, static_cast<size_t>(size)});
    batch.Add(record);
  }
  return batch;
}

std::vector<OutBatch> MakeBatches(int64_t records) {
  std::vector<OutBatch> batches;
  for (uint64_t seed = 0; seed < 16; ++seed) batches.push_back(MakeBatch(records, seed));
  return batches;
}

void Report(benchmark::State& state, const std::vector<OutBatch>& batches, int64_t records) {
  state.SetItemsProcessed(state.iterations() * records);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(batches[0].bytes()));
}

// Arguments: records of a batch, durability.
void BM_Append(benchmark::State& state) {
  BenchLog log(static_cast<local::Durability>(state.range(1)));
  const std::vector<OutBatch> batches = MakeBatches(state.range(0));
  size_t next = 0;
  for (auto _ : state) BenchLog::Must(log->Append(batches[next++ % batches.size()]));
  Report(state, batches, state.range(0));
}
BENCHMARK(BM_Append)->ArgsProduct({{10, 1000}, {0, 1}})->UseRealTime();

// From a log of some hundred megabytes, again and again. Argument: records of an appended batch.
void BM_Read(benchmark::State& state) {
  BenchLog log(local::Durability::kProcess);
  const std::vector<OutBatch> batches = MakeBatches(state.range(0));
  const int64_t records = std::min<int64_t>(kRecordsPerLog, state.range(0) * 20'000);
  for (int64_t i = 0; i < records / state.range(0); ++i)
    BenchLog::Must(log->Append(batches[static_cast<size_t>(i) % batches.size()]));
  int64_t bytes = 0;
  int64_t read = 0;
  std::unique_ptr<Reader> reader = BenchLog::Must(log->Read({"t", 0}, AtStart{}));
  for (auto _ : state) {
    const std::span<const Record> got = BenchLog::Must(reader->Read(Duration(0)));
    for (const Record& record : got) bytes += static_cast<int64_t>(record.value->size());
    read += static_cast<int64_t>(got.size());
    if (got.empty()) reader = BenchLog::Must(log->Read({"t", 0}, AtStart{}));
  }
  state.SetItemsProcessed(read);
  state.SetBytesProcessed(bytes);
}
BENCHMARK(BM_Read)->Arg(10)->Arg(1000)->UseRealTime();

// From Session::Commit to Committed, records and progress of one partition. Argument: durability.
void BM_SessionCommit(benchmark::State& state) {
  BenchLog log(static_cast<local::Durability>(state.range(0)));
  SessionOptions options;
  options.group = "g";
  options.topics = {"t"};
  std::unique_ptr<Session> session = BenchLog::Must(log->Join(options));
  Delivery delivery;
  Epoch epoch = 0;
  while (epoch == 0) {
    BenchLog::Must(session->Poll(std::chrono::seconds(1), delivery));
    for (const SessionEvent& event : delivery.events)
      if (const auto* const assigned = std::get_if<Assigned>(&event)) epoch = assigned->epoch;
  }
  const TopicPartition partition{"t", 0};
  session->Pause(std::span(&partition, 1));
  uint64_t seed = 0;
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<PartitionWork> work;
    work.push_back({partition, epoch, Progress(0), MakeBatch(1000, ++seed % 16)});
    state.ResumeTiming();
    session->Commit(std::move(work));
    bool committed = false;
    while (!committed) {
      BenchLog::Must(session->Poll(std::chrono::seconds(1), delivery));
      for (const SessionEvent& event : delivery.events) committed |= std::holds_alternative<Committed>(event);
    }
  }
  state.SetItemsProcessed(state.iterations() * 1000);
}
BENCHMARK(BM_SessionCommit)->Arg(0)->Arg(1)->UseRealTime();

}  // namespace
}  // namespace penstock
