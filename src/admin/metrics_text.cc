#include "admin/metrics_text.h"

#include <algorithm>
#include <map>
#include <utility>

#include "admin/metric.h"
#include "steps/dead_letter.h"

namespace penstock {
namespace {

using Input = const MetricsInput&;
using Writer = FamilyWriter&;

constexpr double kMillisecondsPerSecond = 1e3;

// What there is, and where it comes from.
struct Family {
  Metric metric;
  bool of_pipeline;  // its samples say which pipeline it is
  void (*write)(Input in, Writer out);
};

// Rules may share a name: their drops are one sample.
void WriteDrops(Input in, Writer out) {
  std::map<std::string_view, uint64_t> drops;
  for (size_t i = 0; i < in.engine.drops.size(); ++i) drops[in.plan.drop_rules[i]] += in.engine.drops[i];
  for (const auto& [rule, count] : drops) out.Add({{"rule", rule}}, count);
}

void WriteDeadLetters(Input in, Writer out) {
  for (size_t i = 0; i < kDeadKinds; ++i)
    out.Add({{"kind", DeadKindName(static_cast<DeadKind>(i))}}, in.engine.dead_by_kind[i]);
}

void WriteRoutes(Input in, Writer out, const std::vector<uint64_t>& counts) {
  for (size_t i = 0; i < counts.size(); ++i)
    out.Add({{"route", in.plan.routes[i].to}, {"rule", std::to_string(i)}}, counts[i]);
}

// While a partition moves from one worker of this process to another, both may have an opinion: the greater one counts.
template <typename Value>
void WriteLags(Input in, Writer out, Value&& value) {
  std::map<TopicPartition, decltype(value(in.engine.lags.front()))> lags;
  for (const PartitionLag& lag : in.engine.lags) {
    const auto [entry, first] = lags.try_emplace(lag.partition, value(lag));
    if (!first) entry->second = std::max(entry->second, value(lag));
  }
  for (const auto& [partition, lag] : lags)
    out.Add({{"topic", partition.topic}, {"partition", std::to_string(partition.partition)}}, lag);
}

bool HasBrokers(Input in) { return in.engine.log.brokers_up + in.engine.log.brokers_down > 0; }

void WriteBrokers(Input in, Writer out) {
  if (!HasBrokers(in)) return;
  out.Add({{"state", "up"}}, in.engine.log.brokers_up);
  out.Add({{"state", "down"}}, in.engine.log.brokers_down);
}

void WriteRoundTrip(Input in, Writer out) {
  constexpr double kMicrosecondsPerSecond = 1e6;
  if (HasBrokers(in)) out.Add({}, static_cast<double>(in.engine.log.round_trip_p99_us) / kMicrosecondsPerSecond);
}

void WriteRequestRetries(Input in, Writer out) {
  if (HasBrokers(in)) out.Add({}, in.engine.log.request_retries);
}

template <typename Value>
void WriteModels(Input in, Writer out, Value&& value) {
  for (const ModelSnapshot& model : in.models)
    out.Add({{"model", model.name}, {"version", model.version}}, value(model));
}

void WriteModelRuns(Input in, Writer out) {
  for (const ModelSnapshot& model : in.models)
    out.AddNanoseconds({{"model", model.name}, {"version", model.version}}, model.run_ns);
}

void WriteNativeBytes(Input in, Writer out) {
  for (const ModelSnapshot& model : in.models)
    if (model.native_bytes) out.Add({{"model", model.name}, {"version", model.version}}, *model.native_bytes);
}

// Of models that answer later.
template <typename Value>
void WriteCalls(Input in, Writer out, Value&& value) {
  for (const ModelSnapshot& model : in.models)
    if (model.calls) out.Add({{"model", model.name}, {"version", model.version}}, value(*model.calls));
}

void WriteCallTimes(Input in, Writer out, HistogramSnapshot CallSnapshot::*times) {
  for (const ModelSnapshot& model : in.models)
    if (model.calls) out.AddNanoseconds({{"model", model.name}, {"version", model.version}}, (*model.calls).*times);
}

void WriteCallEnds(Input in, Writer out) {
  for (const ModelSnapshot& model : in.models) {
    if (!model.calls) continue;
    out.Add({{"model", model.name}, {"version", model.version}, {"outcome", "answered"}}, model.calls->answered);
    out.Add({{"model", model.name}, {"version", model.version}, {"outcome", "failed"}}, model.calls->failed);
    out.Add({{"model", model.name}, {"version", model.version}, {"outcome", "cancelled"}}, model.calls->cancelled);
  }
}

void WriteWaiting(Input in, Writer out) {
  for (const ModelSnapshot& model : in.models) {
    for (size_t i = 0; model.calls && i < kCallWaits; ++i)
      out.Add({{"model", model.name}, {"version", model.version}, {"for", CallWaitName(static_cast<CallWait>(i))}},
              model.calls->waiting[i]);
  }
}

void WriteTokens(Input in, Writer out) {
  for (const ModelSnapshot& model : in.models) {
    if (!model.calls) continue;
    out.Add({{"model", model.name}, {"version", model.version}, {"kind", "input"}}, model.calls->input_tokens);
    out.Add({{"model", model.name}, {"version", model.version}, {"kind", "output"}}, model.calls->output_tokens);
  }
}

double LongestRunSeconds(const ModelSnapshot& model) {
  return std::chrono::duration<double>(model.longest_run.value_or(Duration(0))).count();
}

constexpr MetricType kCounter = MetricType::kCounter;
constexpr MetricType kGauge = MetricType::kGauge;
constexpr MetricType kHistogram = MetricType::kHistogram;

// The order is that of a record's way.
constexpr Family kFamilies[] = {
    {{"penstock_build_info", kGauge, "version, revision",
      "Always 1: the program's version, and the revision of the pipeline's file with its models."},
     true,
     [](Input in, Writer out) {
       out.Add({{"version", in.version}, {"revision", in.plan.revision}}, 1);
     }},
    {{"penstock_records_total", kCounter, "", "Records that were read from the raw topics."},
     true,
     [](Input in, Writer out) { out.Add({}, in.engine.records); }},
    {{"penstock_record_bytes_total", kCounter, "", "Bytes of these records' values."},
     true,
     [](Input in, Writer out) { out.Add({}, in.engine.record_bytes); }},
    {{"penstock_lost_records_total", kCounter, "", "Records that retention deleted before they were read."},
     true,
     [](Input in, Writer out) { out.Add({}, in.engine.lost_records); }},
    {{"penstock_lag_records", kGauge, "topic, partition",
      "Records of a partition that this process holds which are still to be read."},
     true,
     [](Input in, Writer out) { WriteLags(in, out, [](const PartitionLag& lag) { return lag.records; }); }},
    {{"penstock_lag_seconds", kGauge, "topic, partition",
      "Time between the last record that was read of a partition and now; 0 where none is left to be read."},
     true,
     [](Input in, Writer out) {
       const auto seconds = [](const PartitionLag& lag) {
         return static_cast<double>(lag.time_ms) / kMillisecondsPerSecond;
       };
       WriteLags(in, out, seconds);
     }},
    {{"penstock_batches_total", kCounter, "", "Batches of records that went through the pipeline together."},
     true,
     [](Input in, Writer out) { out.Add({}, in.engine.batches); }},
    {{"penstock_batch_duration_seconds", kHistogram, "",
      "Time that a batch took from decoding to its outputs, models included."},
     true,
     [](Input in, Writer out) { out.AddNanoseconds({}, in.engine.batch_ns); }},
    {{"penstock_dropped_total", kCounter, "rule", "Events that a rule of the pipeline dropped."}, true, WriteDrops},
    {{"penstock_dead_letters_total", kCounter, "kind", "Events that could not be processed, by the kind of error."},
     true,
     WriteDeadLetters},
    {{"penstock_routed_total", kCounter, "route, rule",
      "Events that a rule sent to its route: `route` is its `to:`, `rule` its number in the file, from 0."},
     true,
     [](Input in, Writer out) { WriteRoutes(in, out, in.engine.routes); }},
    {{"penstock_route_errors_total", kCounter, "route, rule",
      "Evaluations of a rule's `when:` that failed, which counts as no match."},
     true,
     [](Input in, Writer out) { WriteRoutes(in, out, in.engine.route_errors); }},
    {{"penstock_model_rows_total", kCounter, "model, version", "Rows that a model answered."},
     true,
     [](Input in, Writer out) { WriteModels(in, out, [](const ModelSnapshot& model) { return model.rows; }); }},
    {{"penstock_model_failed_rows_total", kCounter, "model, version", "Rows that a model could not answer."},
     true,
     [](Input in, Writer out) { WriteModels(in, out, [](const ModelSnapshot& model) { return model.failed_rows; }); }},
    {{"penstock_model_runs_total", kCounter, "model, version", "Runs of a model, of one batch of rows each."},
     true,
     [](Input in, Writer out) { WriteModels(in, out, [](const ModelSnapshot& model) { return model.runs; }); }},
    {{"penstock_model_run_seconds", kHistogram, "model, version", "Time that a run of a model took."},
     true,
     WriteModelRuns},
    {{"penstock_model_longest_run_seconds", kGauge, "model, version",
      "How long the longest of the runs that are under way has taken; 0 where none is. A model that hangs shows here."},
     true,
     [](Input in, Writer out) { WriteModels(in, out, LongestRunSeconds); }},
    {{"penstock_model_native_bytes", kGauge, "model, version",
      "Memory that a model's runtime holds for it; only where that is known."},
     true,
     WriteNativeBytes},
    {{"penstock_context_records_total", kCounter, "",
      "Records that were read from the context topic, for models that answer later."},
     true,
     [](Input in, Writer out) {
       if (in.plan.has_infer) out.Add({}, in.engine.infer.records);
     }},
    {{"penstock_repeated_records_total", kCounter, "",
      "Those of them that an earlier owner of their partition may have asked models for already."},
     true,
     [](Input in, Writer out) {
       if (in.plan.has_infer) out.Add({}, in.engine.infer.repeated);
     }},
    {{"penstock_given_up_total", kCounter, "",
      "Events whose calls were given up, because their partition was wanted elsewhere; they are done again there."},
     true,
     [](Input in, Writer out) {
       if (in.plan.has_infer) out.Add({}, in.engine.infer.given_up);
     }},
    {{"penstock_events_in_flight", kGauge, "", "Events that were read from the context topic, and are not done."},
     true,
     [](Input in, Writer out) {
       if (in.plan.has_infer) out.Add({}, in.engine.infer.in_flight);
     }},
    {{"penstock_events_in_flight_bytes", kGauge, "",
      "Bytes of their records, and of the requests that models were sent or will be sent about them."},
     true,
     [](Input in, Writer out) {
       if (in.plan.has_infer) out.Add({}, in.engine.infer.in_flight_bytes);
     }},
    {{"penstock_calls_total", kCounter, "model, version, outcome",
      "Calls that have ended: `answered`, `failed` after all attempts, or `cancelled`, to be made again elsewhere."},
     true,
     WriteCallEnds},
    {{"penstock_calls_waiting", kGauge, "model, version, for",
      "Calls that wait, each counted once: for `in_flight`, `requests` or `tokens`, which are the model's limits; for "
      "the time that the `provider` named (Retry-After, or the reset of a quota that is used up); for the end of an "
      "`outage`, when no endpoint is up; of the `backoff` before their next attempt; or `hold`, while a commit hangs."},
     true,
     WriteWaiting},
    {{"penstock_attempts_in_flight", kGauge, "model, version", "Attempts that are under way."},
     true,
     [](Input in, Writer out) { WriteCalls(in, out, [](const CallSnapshot& calls) { return calls.in_flight; }); }},
    {{"penstock_attempts_total", kCounter, "model, version", "Attempts of calls."},
     true,
     [](Input in, Writer out) { WriteCalls(in, out, [](const CallSnapshot& calls) { return calls.attempts; }); }},
    {{"penstock_retries_total", kCounter, "model, version", "Attempts after the first of a call."},
     true,
     [](Input in, Writer out) { WriteCalls(in, out, [](const CallSnapshot& calls) { return calls.retries; }); }},
    {{"penstock_attempts_throttled_total", kCounter, "model, version",
      "Attempts that the provider refused, because there were too many."},
     true,
     [](Input in, Writer out) { WriteCalls(in, out, [](const CallSnapshot& calls) { return calls.throttled; }); }},
    {{"penstock_attempt_timeouts_total", kCounter, "model, version", "Attempts that took longer than `timeout`."},
     true,
     [](Input in, Writer out) { WriteCalls(in, out, [](const CallSnapshot& calls) { return calls.timeouts; }); }},
    {{"penstock_late_answers_total", kCounter, "model, version",
      "Answers to attempts that had been abandoned; nobody looked at them."},
     true,
     [](Input in, Writer out) { WriteCalls(in, out, [](const CallSnapshot& calls) { return calls.late_answers; }); }},
    {{"penstock_call_queue_seconds", kHistogram, "model, version",
      "Time that calls waited for their first attempt to be permitted."},
     true,
     [](Input in, Writer out) { WriteCallTimes(in, out, &CallSnapshot::queued_ns); }},
    {{"penstock_call_attempt_seconds", kHistogram, "model, version", "Time that the last attempt of calls took."},
     true,
     [](Input in, Writer out) { WriteCallTimes(in, out, &CallSnapshot::calling_ns); }},
    {{"penstock_call_retry_seconds", kHistogram, "model, version",
      "Time of calls between their first attempt and their last: failed attempts, and waits."},
     true,
     [](Input in, Writer out) { WriteCallTimes(in, out, &CallSnapshot::retrying_ns); }},
    {{"penstock_first_token_seconds", kHistogram, "model, version",
      "Of streamed answers: time from when the request was sent to the first token of the answer's content. Attempts "
      "count when they end, also those that are cut; those that run out of time or stall do not."},
     true,
     [](Input in, Writer out) { WriteCallTimes(in, out, &CallSnapshot::first_token_ns); }},
    {{"penstock_tokens_total", kCounter, "model, version, kind",
      "Tokens that the provider counted, `input` and `output`."},
     true,
     WriteTokens},
    {{"penstock_cost_total", kCounter, "model, version", "What these tokens cost, where the file gives a `price`."},
     true,
     [](Input in, Writer out) { WriteCalls(in, out, [](const CallSnapshot& calls) { return calls.cost; }); }},
    {{"penstock_outputs_total", kCounter, "", "Records for the outputs topic."},
     true,
     [](Input in, Writer out) { out.Add({}, in.engine.outputs); }},
    {{"penstock_contexts_total", kCounter, "", "Records for the context topic."},
     true,
     [](Input in, Writer out) { out.Add({}, in.engine.contexts); }},
    {{"penstock_reviews_total", kCounter, "", "Records for the review topic."},
     true,
     [](Input in, Writer out) { out.Add({}, in.engine.reviews); }},
    {{"penstock_delivered_total", kCounter, "", "Records for further topics of `deliver:`."},
     true,
     [](Input in, Writer out) { out.Add({}, in.engine.delivered); }},
    {{"penstock_delivery_errors_total", kCounter, "",
      "Conditions of `deliver:` that could not be evaluated over an answer."},
     true,
     [](Input in, Writer out) { out.Add({}, in.engine.delivery_errors); }},
    {{"penstock_buffered_bytes", kGauge, "", "Bytes of records that were made, and are still to be committed."},
     true,
     [](Input in, Writer out) { out.Add({}, in.engine.buffered_bytes); }},
    {{"penstock_commits_total", kCounter, "", "Commits: outputs and progress as one atomic unit."},
     true,
     [](Input in, Writer out) { out.Add({}, in.engine.commits); }},
    {{"penstock_commit_duration_seconds", kHistogram, "", "Time that a commit took."},
     true,
     [](Input in, Writer out) { out.AddNanoseconds({}, in.engine.commit_ns); }},
    {{"penstock_fenced_partitions_total", kCounter, "",
      "Partitions whose work a commit left out, because another worker had them already; it is done again there."},
     true,
     [](Input in, Writer out) { out.Add({}, in.engine.fenced_partitions); }},
    {{"penstock_commit_aborts_total", kCounter, "",
      "Attempts to commit that were undone, as by a broker that went away, and made again; nothing is lost by them."},
     true,
     [](Input in, Writer out) { out.Add({}, in.engine.log.aborted_attempts); }},
    {{"penstock_commit_unknown_total", kCounter, "",
      "Attempts to commit whose outcome no broker told, so that it was read from the group's positions."},
     true,
     [](Input in, Writer out) { out.Add({}, in.engine.log.unknown_outcomes); }},
    {{"penstock_broker_connections", kGauge, "state",
      "On Kafka: connections of the workers to brokers, by their state, `up` or `down`; those that are needed."},
     true,
     WriteBrokers},
    {{"penstock_broker_round_trip_seconds", kGauge, "",
      "On Kafka: how long the slowest broker took for 99 of 100 requests, over the last ten seconds. A request for "
      "records waits until there are some, up to 0.1 s."},
     true,
     WriteRoundTrip},
    {{"penstock_broker_request_retries_total", kCounter, "", "On Kafka: requests to brokers that were sent again."},
     true,
     WriteRequestRetries},
    {{"penstock_latency_seconds", kHistogram, "", "Time from a record's timestamp to the commit of what became of it."},
     true,
     [](Input in, Writer out) { out.AddNanoseconds({}, in.engine.latency_ns); }},
    {{"penstock_processing_seconds", kHistogram, "",
      "Time from a record's arrival in this process to the commit of what became of it."},
     true,
     [](Input in, Writer out) { out.AddNanoseconds({}, in.engine.processing_ns); }},
    {{"process_cpu_seconds_total", kCounter, "", "Processor time that this process used."},
     false,
     [](Input in, Writer out) {
       if (in.process.cpu_seconds) out.Add({}, *in.process.cpu_seconds);
     }},
    {{"process_resident_memory_bytes", kGauge, "", "Memory of this process that is not swapped out."},
     false,
     [](Input in, Writer out) {
       if (in.process.resident_memory_bytes) out.Add({}, *in.process.resident_memory_bytes);
     }},
    {{"process_start_time_seconds", kGauge, "", "When this process was started, since 1970."},
     false,
     [](Input in, Writer out) {
       if (in.process.start_time_seconds) out.Add({}, *in.process.start_time_seconds);
     }},
};

constexpr std::string_view kReferenceHead = R"md(# Metrics

`penstock run` answers `GET /metrics` at its admin address (`--admin`, by default `127.0.0.1:9464`) in the text format of
Prometheus, version 0.0.4. All counts are of this process since its start: sum them over the processes of a pipeline.
What is named `penstock_` has a label `pipeline` besides those below. What was counted is not committed yet: work that a
crash or a fence undoes is counted again by whoever repeats it.

Histograms have the same bounds from 10 us to an hour. A value that lies within 1/16 below a bound may be counted in the
next bucket.

`GET /healthz` answers 200 unless a worker has failed, `GET /readyz` 200 from the time when all workers have joined
until the process is told to stop; otherwise both answer 503 and the reason.

| metric | type | labels | what it says |
|---|---|---|---|
)md";

}  // namespace

std::string MetricsText(const MetricsInput& input) {
  std::string text;
  for (const Family& family : kFamilies) {
    const std::string_view pipeline = family.of_pipeline ? std::string_view(input.plan.settings.name) : "";
    FamilyWriter writer(family.metric, pipeline, text);
    family.write(input, writer);
  }
  return text;
}

std::string MetricsReference() {
  std::string page(kReferenceHead);
  for (const auto& [metric, of_pipeline, write] : kFamilies) {
    ((((page += "| `") += metric.name) += "` | ") += MetricTypeName(metric.type)) += " | ";
    (((page += metric.labels) += metric.labels.empty() ? "| " : " | ") += metric.help) += " |\n";
  }
  return page;
}

}  // namespace penstock
