#include "pipeline/engine.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "model/call/caller.h"
#include "pipeline/infer_worker.h"

namespace penstock {
namespace {

constexpr int32_t kRawPartitions = 4;          // where the user created no raw topic
constexpr size_t kInferFetchRecordsMax = 512;  // what comes waits for models: more of it at once makes nothing faster
constexpr int64_t kDayMs = int64_t{24} * 3600 * 1000;
// What comes in, and what models were given, is kept as long as Kafka does by default; what came of it, for a month;
// what a person should look at, for ever.
constexpr int64_t kInputRetentionMs = 7 * kDayMs;
constexpr int64_t kOutputRetentionMs = 30 * kDayMs;

TopicOptions OptionsFor(const std::string& topic, const Topics& topics, int32_t partitions) {
  TopicOptions options{.partitions = partitions};
  options.compact = topic == topics.review;
  if (!options.compact) options.retention_ms = topic == topics.context ? kInputRetentionMs : kOutputRetentionMs;
  return options;
}

Result<void> CreateIfMissing(Log& log, const std::string& topic, const TopicOptions& options, bool create) {
  TRY_ASSIGN(const std::optional<TopicInfo> found, log.FindTopic(topic));
  if (found) return {};
  if (!create)
    return Invalid("there is no topic '" + topic + "', and the pipeline's file says create: false; create it with " +
                   "'penstock topic create " + topic + " --partitions N'");
  const Result<void> created = log.CreateTopic(topic, options);
  if (created) return {};
  // Another process of the pipeline may have been faster.
  TRY_ASSIGN(const std::optional<TopicInfo> now, log.FindTopic(topic));
  return now ? Result<void>() : created;
}

// Memory that cannot be had, above all: the other workers are to stop in order, and not with the process.
Result<void> RunGuarded(Worker& worker) {
  try {
    return worker.Run();
  } catch (const std::exception& error) {
    return Fail(ErrorKind::kInternal, std::string("a worker failed: ") + error.what());
  }
}

void AddCounters(const std::vector<Counter>& counters, std::vector<uint64_t>& sums) {
  sums.resize(counters.size());
  for (size_t i = 0; i < counters.size(); ++i) sums[i] += counters[i].value();
}

void AddStage(const StageMetrics& stage, EngineSnapshot& sum) {
  sum.batches += stage.batches.value();
  sum.outputs += stage.outputs.outputs.value();
  sum.contexts += stage.outputs.contexts.value();
  sum.waiting += stage.outputs.waiting.value();
  sum.reviews += stage.outputs.reviews.value();
  sum.delivered += stage.outputs.delivered.value();
  sum.delivery_errors += stage.outputs.delivery_errors.value();
  AddCounters(stage.drops, sum.drops);
  AddCounters(stage.routes, sum.routes);
  AddCounters(stage.route_errors, sum.route_errors);
  for (size_t i = 0; i < kDeadKinds; ++i) sum.dead_by_kind[i] += stage.outputs.dead[i].value();
  sum.batch_ns.Merge(stage.batch_ns.Snapshot());
}

void AddPrepare(const StageMetrics& stage, EngineSnapshot& sum) {
  sum.records += stage.records.value();
  sum.record_bytes += stage.record_bytes.value();
}

void AddInfer(const WorkerMetrics& metrics, InferSnapshot& sum) {
  sum.records += metrics.stage.records.value();
  sum.repeated += metrics.repeated.value();
  sum.given_up += metrics.given_up.value();
  sum.in_flight += metrics.in_flight.value();
  sum.in_flight_bytes += metrics.in_flight_bytes.value();
}

void AddCalls(const CallMetrics& metrics, std::optional<CallSnapshot>& calls) {
  if (!calls) calls.emplace();
  calls->answered += metrics.answered.value();
  calls->failed += metrics.failed.value();
  calls->cancelled += metrics.cancelled.value();
  calls->attempts += metrics.attempts.value();
  calls->retries += metrics.retries.value();
  calls->throttled += metrics.throttled.value();
  calls->timeouts += metrics.timeouts.value();
  calls->late_answers += metrics.late_answers.value();
  calls->input_tokens += metrics.input_tokens.value();
  calls->output_tokens += metrics.output_tokens.value();
  for (size_t i = 0; i < kCallWaits; ++i) calls->waiting[i] += metrics.waiting[i].value();
  calls->in_flight += metrics.in_flight.value();
  calls->queued_ns.Merge(metrics.queued_ns.Snapshot());
  calls->calling_ns.Merge(metrics.calling_ns.Snapshot());
  calls->retrying_ns.Merge(metrics.retrying_ns.Snapshot());
  calls->first_token_ns.Merge(metrics.first_token_ns.Snapshot());
}

void AddHealth(const SessionHealth& session, SessionHealth& sum) {
  sum.brokers_up += session.brokers_up;
  sum.brokers_down += session.brokers_down;
  sum.round_trip_p99_us = std::max(sum.round_trip_p99_us, session.round_trip_p99_us);
  sum.request_retries += session.request_retries;
  sum.aborted_attempts += session.aborted_attempts;
  sum.unknown_outcomes += session.unknown_outcomes;
}

// For the framing of a record, and headers of dead letters.
constexpr int64_t kFramingBytes = 1024;

// The least that the topics take of which a pipeline writes any. It must leave room for something.
Result<size_t> RecordBytesMax(const Plan& plan, Log& log) {
  int64_t least = WorkerLimits().record_bytes_max;
  for (const std::string& topic : plan.WrittenTopics()) {
    TRY_ASSIGN(const std::optional<TopicInfo> found, log.FindTopic(topic));
    if (!found || found->options.record_bytes_max < 0) continue;
    if (found->options.record_bytes_max < 16 * kFramingBytes)
      return Invalid("the topic '" + topic + "' takes records of at most " +
                     std::to_string(found->options.record_bytes_max) + " bytes; let it take 16 KiB at least");
    least = std::min(least, found->options.record_bytes_max - kFramingBytes);
  }
  return static_cast<size_t>(least);
}

// That the models' limits allow at one time.
size_t CallsMax(const Plan& plan) {
  size_t sum = 0;
  for (const BoundModel& model : plan.models) sum += static_cast<size_t>(model.in_flight);
  return sum;
}

// Of a worker: what all models take, in case that it holds all the work there is, and what waits for them while more is
// read, which takes a tenth of a second at most.
size_t InFlightMax(size_t calls_max) { return calls_max + std::clamp<size_t>(2 * calls_max, 1024, 4096); }

SessionOptions OptionsOfWorker(const Plan& plan, const EngineOptions& engine, size_t worker) {
  SessionOptions options;
  options.group = PrepareGroupOf(plan.settings.name);
  options.topics = plan.settings.topics.raw;
  options.member = engine.member + "/" + std::to_string(worker);
  options.start = plan.settings.start;
  options.writes = plan.WrittenTopics();
  options.exactly_once = plan.settings.exactly_once;
  options.progress_lag_max = plan.settings.commit_interval;
  return options;
}

}  // namespace

int64_t EngineSnapshot::LagRecords() const {
  int64_t sum = 0;
  for (const PartitionLag& lag : lags) sum += lag.records;
  return sum;
}

Result<void> EnsureTopics(const Plan& plan, Log& log, int32_t raw_partitions) {
  const Settings& settings = plan.settings;
  for (const std::string& topic : settings.topics.raw)
    TRY(CreateIfMissing(log, topic, {.partitions = raw_partitions, .retention_ms = kInputRetentionMs},
                        settings.create));
  TRY_ASSIGN(const std::optional<TopicInfo> raw, log.FindTopic(settings.topics.raw.front()));
  const int32_t partitions = raw ? raw->options.partitions : raw_partitions;
  for (const std::string& topic : plan.WrittenTopics())
    TRY(CreateIfMissing(log, topic, OptionsFor(topic, settings.topics, partitions), settings.create));
  return {};
}

Result<std::unique_ptr<Engine>> Engine::Start(const Plan& plan, Log& log, const EngineOptions& options,
                                              const Clock& clock, const Logger& logger) {
  TRY(EnsureTopics(plan, log, kRawPartitions));
  WorkerLimits limits;
  TRY_ASSIGN(limits.record_bytes_max, RecordBytesMax(plan, log));
  std::unique_ptr<Engine> engine(new Engine(plan, logger));
  TRY(engine->AddPrepareWorkers(log, options, limits, clock));
  if (plan.has_infer) TRY(engine->AddInferWorkers(log, options, limits, clock));
  engine->running_.store(engine->workers_.size(), std::memory_order_relaxed);
  for (const std::unique_ptr<Worker>& worker : engine->workers_)
    engine->threads_.emplace_back([raw = engine.get(), &worker] { raw->RunWorker(*worker); });
  return engine;
}

Result<void> Engine::AddPrepareWorkers(Log& log, const EngineOptions& options, const WorkerLimits& limits,
                                       const Clock& clock) {
  for (size_t i = 0; i < options.workers; ++i) {
    TRY_ASSIGN(std::unique_ptr<Session> session, log.Join(OptionsOfWorker(plan_, options, i)));
    WorkerMetrics& metrics = *metrics_.emplace_back(std::make_unique<WorkerMetrics>(plan_));
    TRY_ASSIGN(std::unique_ptr<Worker> worker,
               Worker::Make(plan_, std::move(session), metrics, clock, logger_, limits));
    workers_.push_back(std::move(worker));
  }
  prepare_workers_ = workers_.size();
  return {};
}

Result<void> Engine::AddInferWorkers(Log& log, const EngineOptions& options, WorkerLimits limits, const Clock& clock) {
  TRY_ASSIGN(const std::optional<TopicInfo> context, log.FindTopic(*plan_.settings.topics.context));
  limits.partitions = context ? std::max(context->options.partitions, 1) : 1;
  limits.calls_max = CallsMax(plan_);
  limits.in_flight_max = InFlightMax(limits.calls_max);
  for (size_t i = 0; i < options.workers; ++i) {
    TRY_ASSIGN(std::unique_ptr<EventLoop> loop, EventLoop::Make());
    SessionOptions session_options = OptionsOfWorker(plan_, options, options.workers + i);
    session_options.group = InferGroupOf(plan_.settings.name);
    session_options.topics = {*plan_.settings.topics.context};
    session_options.start = AtStart{};  // what is there was put there to be answered
    session_options.out_of_order = true;
    session_options.fetch_records_max = kInferFetchRecordsMax;
    TRY_ASSIGN(std::unique_ptr<Session> session, log.Join(session_options));
    WorkerMetrics& metrics = *metrics_.emplace_back(std::make_unique<WorkerMetrics>(plan_));
    const auto seed = static_cast<uint64_t>(clock.Now().time_since_epoch().count()) + i;
    TRY_ASSIGN(std::unique_ptr<Worker> worker,
               MakeInferWorker(plan_, std::move(session), {.loop = loop.get(), .seed = seed}, metrics, clock, logger_,
                               limits));
    workers_.push_back(std::move(worker));
    loops_.push_back(std::move(loop));
  }
  return {};
}

Engine::~Engine() {
  RequestStop();
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
}

void Engine::RunWorker(Worker& worker) {
  pthread_setname_np(pthread_self(), "worker");  // for those who look at threads from outside
  Result<void> result = RunGuarded(worker);
  if (!result) {
    logger_.Error("a worker cannot go on; the pipeline stops", {{"error", result.error().message}});
    const std::scoped_lock lock(error_mutex_);
    if (!error_) error_ = std::move(result.error());
  }
  // One that failed leaves work to nobody: the others stop too, and the process says why.
  if (!result) RequestStop();
  running_.fetch_sub(1, std::memory_order_release);
}

void Engine::RequestStop() {
  stopping_.store(true, std::memory_order_relaxed);
  for (const std::unique_ptr<Worker>& worker : workers_) worker->Stop();
}

Result<void> Engine::Join() {
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
  const std::scoped_lock lock(error_mutex_);
  if (error_) return tl::unexpected(*error_);
  return {};
}

EngineHealth Engine::Health() const {
  const std::scoped_lock lock(error_mutex_);
  return {.stopping = stopping_.load(std::memory_order_relaxed), .ended = HasEnded(), .failure = error_};
}

EngineSnapshot Engine::Snapshot() const {
  EngineSnapshot sum;
  for (size_t i = 0; i < metrics_.size(); ++i) {
    const WorkerMetrics* const metrics = metrics_[i].get();
    if (i < prepare_workers_)
      AddPrepare(metrics->stage, sum);
    else
      AddInfer(*metrics, sum.infer);
    AddStage(metrics->stage, sum);
    sum.commits += metrics->commits.value();
    sum.fenced_partitions += metrics->fenced_partitions.value();
    sum.lost_records += metrics->lost_records.value();
    sum.buffered_bytes += metrics->buffered_bytes.value();
    sum.commit_ns.Merge(metrics->commit_ns.Snapshot());
    sum.latency_ns.Merge(metrics->latency_ns.Snapshot());
    sum.processing_ns.Merge(metrics->processing_ns.Snapshot());
    const std::vector<PartitionLag> lags = metrics->Lags();
    sum.lags.insert(sum.lags.end(), lags.begin(), lags.end());
  }
  for (const std::unique_ptr<Worker>& worker : workers_) AddHealth(worker->Health(), sum.log);
  for (const uint64_t dead : sum.dead_by_kind) sum.dead += dead;
  for (const uint64_t dropped : sum.drops) sum.dropped += dropped;
  return sum;
}

std::vector<ModelSnapshot> Engine::Models() const {
  std::vector<ModelSnapshot> models;
  for (size_t i = 0; i < plan_.models.size(); ++i) {
    const Model& model = *plan_.models[i].model;
    ModelSnapshot& snapshot = models.emplace_back();
    snapshot.name = plan_.models[i].name;
    snapshot.version = model.info().version;
    snapshot.native_bytes = model.NativeBytes();
    snapshot.longest_run = model.LongestRun();
    for (const std::unique_ptr<Worker>& worker : workers_) {
      const PredictorMetrics* const metrics = worker->stage().ModelMetrics(i);
      if (metrics == nullptr) continue;
      snapshot.rows += metrics->rows.value();
      snapshot.failed_rows += metrics->failed_rows.value();
      snapshot.runs += metrics->runs.value();
      snapshot.run_ns.Merge(metrics->run_ns.Snapshot());
      if (const CallMetrics* const calls = worker->stage().ModelCalls(i)) AddCalls(*calls, snapshot.calls);
    }
  }
  for (size_t i = 0; i < models.size(); ++i)
    if (std::optional<CallSnapshot>& calls = models[i].calls)
      calls->cost = plan_.models[i].price.Of(calls->input_tokens, calls->output_tokens);
  return models;
}

}  // namespace penstock
