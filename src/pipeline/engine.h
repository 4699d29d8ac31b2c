// A running pipeline: its topics, its workers, and their end.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "log/log.h"
#include "model/call/caller.h"
#include "pipeline/plan.h"
#include "pipeline/worker.h"

namespace penstock {

struct EngineOptions {
  size_t workers = 1;
  std::string member = "penstock";  // what the group calls this process
};

// What the workers of the stage `infer` amount to.
struct InferSnapshot {
  uint64_t records = 0;   // of the context topic, without those that were answered at once
  uint64_t repeated = 0;  // of these, those that an earlier owner may have asked models for
  uint64_t given_up = 0;  // events whose calls were given up, because their partition was wanted elsewhere
  int64_t in_flight = 0;  // events that are taken, and not done
  int64_t in_flight_bytes = 0;
};

// The sums over all workers.
struct EngineSnapshot {
  uint64_t records = 0;  // of the raw topics
  uint64_t record_bytes = 0;
  uint64_t batches = 0;
  uint64_t outputs = 0;
  uint64_t contexts = 0;
  uint64_t waiting = 0;  // of these contexts, those whose model answers later
  uint64_t reviews = 0;
  uint64_t delivered = 0;
  uint64_t delivery_errors = 0;
  uint64_t dead = 0;
  uint64_t dropped = 0;
  uint64_t commits = 0;
  uint64_t fenced_partitions = 0;
  uint64_t lost_records = 0;
  int64_t buffered_bytes = 0;
  std::array<uint64_t, kDeadKinds> dead_by_kind{};
  std::vector<uint64_t> drops;         // by Plan::drop_rules
  std::vector<uint64_t> routes;        // by Plan::routes
  std::vector<uint64_t> route_errors;  // by Plan::routes
  HistogramSnapshot batch_ns;
  HistogramSnapshot commit_ns;
  HistogramSnapshot latency_ns;
  HistogramSnapshot processing_ns;
  std::vector<PartitionLag> lags;
  InferSnapshot infer;
  SessionHealth log;  // of all workers: sums, and the longest round trip

  int64_t LagRecords() const;
};

// Calls to a model that answers later.
struct CallSnapshot {
  uint64_t answered = 0;
  uint64_t failed = 0;
  uint64_t cancelled = 0;
  uint64_t attempts = 0;
  uint64_t retries = 0;
  uint64_t throttled = 0;
  uint64_t timeouts = 0;
  uint64_t late_answers = 0;
  uint64_t input_tokens = 0;
  uint64_t output_tokens = 0;
  std::array<int64_t, kCallWaits> waiting{};  // calls without an attempt, by CallWait
  int64_t in_flight = 0;                      // attempts
  double cost = 0;
  HistogramSnapshot queued_ns{};
  HistogramSnapshot calling_ns{};
  HistogramSnapshot retrying_ns{};
  HistogramSnapshot first_token_ns{};
};

struct ModelSnapshot {
  std::string name;
  std::string version;
  uint64_t rows = 0;
  uint64_t failed_rows = 0;
  uint64_t runs = 0;
  HistogramSnapshot run_ns;
  std::optional<int64_t> native_bytes;
  std::optional<Duration> longest_run;
  std::optional<CallSnapshot> calls;  // none of a model that answers at once
};

// Whether an engine does what it is for.
struct EngineHealth {
  bool stopping = false;         // it was told to, or a worker has failed
  bool ended = false;            // no worker works any more
  std::optional<Error> failure;  // of the worker that failed first
};

// Starts threads; used by the thread that made it, but for Snapshot(), Models() and Health(), which any thread may
// call.
class Engine {
 public:
  // `plan`, `log`, `clock` and `logger` outlive the engine. Creates missing topics, or fails where that is not allowed.
  static Result<std::unique_ptr<Engine>> Start(const Plan& plan, Log& log, const EngineOptions& options,
                                               const Clock& clock, const Logger& logger);
  // Stops, if nobody did.
  ~Engine();

  // Tells all workers to finish, and returns at once.
  void RequestStop();
  // Whether all workers have ended, by themselves or because they were told to.
  bool HasEnded() const { return running_.load(std::memory_order_acquire) == 0; }
  // Waits for the end. The error of the worker that failed first, if one did.
  Result<void> Join();

  EngineSnapshot Snapshot() const;
  std::vector<ModelSnapshot> Models() const;
  EngineHealth Health() const;

  const Plan& plan() const { return plan_; }

 private:
  Engine(const Plan& plan, const Logger& logger) : plan_(plan), logger_(logger) {}
  void RunWorker(Worker& worker);
  Result<void> AddPrepareWorkers(Log& log, const EngineOptions& options, const WorkerLimits& limits,
                                 const Clock& clock);
  Result<void> AddInferWorkers(Log& log, const EngineOptions& options, WorkerLimits limits, const Clock& clock);

  const Plan& plan_;
  const Logger& logger_;
  std::vector<std::unique_ptr<EventLoop>> loops_;  // of the workers of `infer`
  // First those of `prepare`, then those of `infer`.
  std::vector<std::unique_ptr<WorkerMetrics>> metrics_;
  std::vector<std::unique_ptr<Worker>> workers_;
  size_t prepare_workers_ = 0;
  std::vector<std::thread> threads_;
  std::atomic<size_t> running_{0};
  std::atomic<bool> stopping_{false};
  mutable std::mutex error_mutex_;
  std::optional<Error> error_;
};

// Creates the topics that a plan needs and that are not there; raw topics with `raw_partitions` partitions.
Result<void> EnsureTopics(const Plan& plan, Log& log, int32_t raw_partitions);

}  // namespace penstock
