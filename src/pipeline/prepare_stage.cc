#include "pipeline/prepare_stage.h"

#include <utility>

namespace penstock {
namespace {

// So many events, with all that is made of them, still lie in a core's cache.
constexpr size_t kBatchRowsMax = 512;
constexpr size_t kBatchBytesMax = size_t{1} << 20;

}  // namespace

Result<std::unique_ptr<PrepareStage>> PrepareStage::Make(const Plan& plan, StageMetrics& metrics, const Clock& clock,
                                                         size_t record_bytes_max, Arrivals* arrivals) {
  std::unique_ptr<PrepareStage> stage(new PrepareStage(plan, metrics, clock, record_bytes_max, arrivals));
  TRY_ASSIGN(stage->answers_, AnswerPath::Make(plan, stage->batch_.arena, nullptr));
  return stage;
}

PrepareStage::PrepareStage(const Plan& plan, StageMetrics& metrics, const Clock& clock, size_t record_bytes_max,
                           Arrivals* arrivals)
    : plan_(plan),
      metrics_(metrics),
      clock_(clock),
      arrivals_(arrivals),
      activation_(*plan.environment, batch_.arena),
      route_scratch_(*plan.route_table),
      context_(*plan.variables, activation_, batch_.arena, metrics.drops),
      reader_(plan),
      writer_(plan, metrics.outputs, record_bytes_max) {}

void PrepareStage::SetStandIn(StandIn stand_in) {
  all_here_ = true;
  answers_->SetStandIn(std::move(stand_in));
}

void PrepareStage::Process(std::span<const StageInput> inputs) {
  size_t bytes = 0;
  began_ = clock_.Monotonic();
  for (uint32_t origin = 0; origin < inputs.size(); ++origin) {
    for (const Record& record : inputs[origin].records) {
      reader_.Decode(record, origin, batch_, context_);
      bytes += record.value ? record.value->size() : 0;
      if (batch_.rows.size() < kBatchRowsMax && bytes < kBatchBytesMax) continue;
      metrics_.record_bytes.Add(bytes);
      ProcessBatch(inputs);
      bytes = 0;
    }
  }
  metrics_.record_bytes.Add(bytes);
  if (!batch_.rows.empty()) ProcessBatch(inputs);
  for (const StageInput& input : inputs) {
    input.home->progress.Add(input.begin, input.end);
    input.home->changed = true;
  }
}

void PrepareStage::ProcessBatch(std::span<const StageInput> inputs) {
  const Duration start = clock_.Monotonic();
  reader_.CheckContract(batch_, context_);
  for (const std::unique_ptr<Step>& step : plan_.prepare) step->Run(batch_, context_);
  Route();
  answers_->Run(batch_, context_);
  Write(inputs);
  metrics_.records.Add(batch_.rows.size());
  metrics_.batches.Add();
  metrics_.batch_ns.Record((clock_.Monotonic() - start).count());
  batch_.Clear();
}

size_t PrepareStage::FirstMatch(const Row& row) {
  const bool always = !plan_.routes.empty() && plan_.routes.front().when.empty();
  if (always) return 0;
  context_.Enter(row);
  const uint32_t match = plan_.route_table->FirstMatch(activation_, route_scratch_);
  for (const uint32_t rule : route_scratch_.failed()) metrics_.route_errors[rule].Add();
  return match == expr::RouteTable::kNoRule ? plan_.routes.size() : match;
}

void PrepareStage::Route() {
  for (Row& row : batch_.rows)
    if (row.is_live()) RouteRow(row);
}

void PrepareStage::RouteRow(Row& row) {
  const size_t match = FirstMatch(row);
  if (match == plan_.routes.size()) return context_.Kill(row, DeadKind::kNoRoute, "route", "no rule of route matched");
  const RouteRule& rule = plan_.routes[match];
  metrics_.routes[match].Add();
  if (rule.drop) return context_.Drop(row, *rule.drop);
  row.route = rule.to;
  row.topic = rule.topic;
  row.chain = rule.model;
  if (!all_here_ && plan_.IsForInfer(rule.model)) row.fate = Fate::kWaiting;
}

void PrepareStage::Write(std::span<const StageInput> inputs) {
  const int64_t now_ms = clock_.Now().time_since_epoch() / std::chrono::milliseconds(1);
  for (Row& row : batch_.rows) {
    Outcome outcome;
    if (row.fate != Fate::kDropped)
      writer_.Write(row, context_, now_ms, inputs[row.origin].home->out, observer_ ? &outcome : nullptr);
    if (observer_) observer_(row, outcome);
    if (arrivals_ != nullptr && row.fate != Fate::kWaiting) arrivals_->Note(began_, row.event.record.timestamp_ms);
  }
}

}  // namespace penstock
