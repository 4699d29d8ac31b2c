#include "pipeline/summary.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string_view>

#include "event/json_writer.h"

namespace penstock {
namespace {

double SecondsOf(Duration duration) { return std::chrono::duration<double>(duration).count(); }

double Rate(uint64_t count, Duration elapsed) {
  return elapsed.count() <= 0 ? 0 : static_cast<double>(count) / SecondsOf(elapsed);
}

// A JSON object that is written member by member.
class ObjectWriter {
 public:
  void Add(std::string_view name, uint64_t value) { Begin(name) += std::to_string(value); }
  void Add(std::string_view name, int64_t value) { Begin(name) += std::to_string(value); }
  // With three decimals.
  void Add(std::string_view name, double value) { AppendDouble(std::round(value * 1000) / 1000, Begin(name)); }
  void Add(std::string_view name, std::string_view text) { AppendJsonString(text, Begin(name)); }
  void AddJson(std::string_view name, const std::string& json) { Begin(name) += json; }
  std::string Finish() { return text_ + "}"; }

 private:
  std::string& Begin(std::string_view name) {
    if (text_.size() > 1) text_ += ',';
    AppendJsonString(name, text_);
    return text_ += ':';
  }

  std::string text_ = "{";
};

std::string Milliseconds(const HistogramSnapshot& histogram_ns) {
  ObjectWriter object;
  object.Add("p50", static_cast<double>(histogram_ns.Quantile(0.5)) / 1e6);
  object.Add("p99", static_cast<double>(histogram_ns.Quantile(0.99)) / 1e6);
  object.Add("max", static_cast<double>(histogram_ns.max) / 1e6);
  return object.Finish();
}

// Several numbers may have one name: they are one member, their sum, where the first of them stands.
template <typename NameOf>
std::string SumsByName(const std::vector<uint64_t>& numbers, NameOf&& name_of) {
  ObjectWriter object;
  for (size_t i = 0; i < numbers.size(); ++i) {
    bool first = true;
    uint64_t sum = 0;
    for (size_t j = 0; j < numbers.size(); ++j) {
      if (name_of(j) != name_of(i)) continue;
      first = first && j >= i;
      sum += numbers[j];
    }
    if (first) object.Add(name_of(i), sum);
  }
  return object.Finish();
}

std::string Routes(const Plan& plan, const EngineSnapshot& snapshot) {
  return SumsByName(snapshot.routes, [&](size_t i) { return std::string_view(plan.routes[i].to); });
}

std::string Dead(const EngineSnapshot& snapshot) {
  ObjectWriter object;
  for (size_t i = 0; i < kDeadKinds; ++i)
    if (snapshot.dead_by_kind[i] > 0) object.Add(DeadKindName(static_cast<DeadKind>(i)), snapshot.dead_by_kind[i]);
  return object.Finish();
}

std::string Dropped(const Plan& plan, const EngineSnapshot& snapshot) {
  return SumsByName(snapshot.drops, [&](size_t i) { return std::string_view(plan.drop_rules[i]); });
}

std::string Calls(const CallSnapshot& calls) {
  ObjectWriter object;
  object.Add("answered", calls.answered);
  object.Add("failed", calls.failed);
  object.Add("cancelled", calls.cancelled);
  object.Add("attempts", calls.attempts);
  object.Add("retries", calls.retries);
  object.Add("throttled", calls.throttled);
  object.Add("timeouts", calls.timeouts);
  object.Add("late_answers", calls.late_answers);
  object.Add("input_tokens", calls.input_tokens);
  object.Add("output_tokens", calls.output_tokens);
  object.Add("cost", calls.cost);
  object.AddJson("queued_ms", Milliseconds(calls.queued_ns));
  object.AddJson("calling_ms", Milliseconds(calls.calling_ns));
  object.AddJson("retrying_ms", Milliseconds(calls.retrying_ns));
  if (calls.first_token_ns.count > 0) object.AddJson("first_token_ms", Milliseconds(calls.first_token_ns));
  return object.Finish();
}

std::string Models(const std::vector<ModelSnapshot>& models) {
  ObjectWriter object;
  for (const ModelSnapshot& model : models) {
    ObjectWriter inner;
    inner.Add("version", model.version);
    inner.Add("rows", model.rows);
    inner.Add("failed_rows", model.failed_rows);
    inner.Add("runs", model.runs);
    inner.AddJson("run_ms", Milliseconds(model.run_ns));
    if (model.native_bytes) inner.Add("native_bytes", *model.native_bytes);
    if (model.calls) inner.AddJson("calls", Calls(*model.calls));
    object.AddJson(model.name, inner.Finish());
  }
  return object.Finish();
}

// 1234567 as 1,234,567.
std::string Grouped(uint64_t number) {
  std::string text = std::to_string(number);
  for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

}  // namespace

std::string SummaryJson(const Plan& plan, const EngineSnapshot& snapshot, const std::vector<ModelSnapshot>& models,
                        Duration elapsed, Duration cpu) {
  ObjectWriter object;
  object.Add("pipeline", plan.settings.name);
  object.Add("revision", plan.revision);
  object.Add("seconds", SecondsOf(elapsed));
  object.Add("cpu_seconds", SecondsOf(cpu));
  object.Add("records", snapshot.records);
  object.Add("records_per_second", Rate(snapshot.records, elapsed));
  object.Add("bytes", snapshot.record_bytes);
  object.Add("outputs", snapshot.outputs);
  object.Add("contexts", snapshot.contexts);
  object.Add("delivered", snapshot.delivered);
  object.Add("delivery_errors", snapshot.delivery_errors);
  object.Add("reviews", snapshot.reviews);
  object.Add("dead_letters", snapshot.dead);
  object.Add("dropped", snapshot.dropped);
  if (plan.has_infer) object.Add("waited", snapshot.waiting);
  if (plan.has_infer) object.Add("repeated", snapshot.infer.repeated);
  if (plan.has_infer) object.Add("given_up", snapshot.infer.given_up);
  object.Add("batches", snapshot.batches);
  object.Add("commits", snapshot.commits);
  object.Add("fenced_partitions", snapshot.fenced_partitions);
  object.Add("lost_records", snapshot.lost_records);
  object.Add("lag", snapshot.LagRecords());
  object.AddJson("latency_ms", Milliseconds(snapshot.latency_ns));
  object.AddJson("processing_ms", Milliseconds(snapshot.processing_ns));
  object.AddJson("commit_ms", Milliseconds(snapshot.commit_ns));
  object.AddJson("routes", Routes(plan, snapshot));
  object.AddJson("dead_by_kind", Dead(snapshot));
  object.AddJson("dropped_by_rule", Dropped(plan, snapshot));
  object.AddJson("models", Models(models));
  return object.Finish() + "\n";
}

std::string StatusLine(const EngineSnapshot& now, const EngineSnapshot& earlier, Duration elapsed) {
  const HistogramSnapshot latency = now.latency_ns.Since(earlier.latency_ns);
  std::array<char, 48> p99{};
  std::snprintf(p99.data(), p99.size(), "%.1f ms", static_cast<double>(latency.Quantile(0.99)) / 1e6);
  return Grouped(static_cast<uint64_t>(Rate(now.records - earlier.records, elapsed))) + " records/s  lag " +
         Grouped(static_cast<uint64_t>(now.LagRecords())) + "  p99 " + (latency.count == 0 ? "-" : p99.data()) +
         (now.waiting == 0 ? "" : "  in flight " + Grouped(static_cast<uint64_t>(now.infer.in_flight))) +
         "  dead letters " + Grouped(now.dead);
}

}  // namespace penstock
