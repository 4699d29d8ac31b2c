#include "pipeline/stage.h"

#include <utility>

namespace penstock {
namespace {

// So many events, with all that is made of them, still lie in a core's cache.
constexpr size_t kBatchRowsMax = 512;
constexpr size_t kBatchBytesMax = size_t{1} << 20;

int64_t MillisecondsOf(WallTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

Result<std::unique_ptr<Stage>> Stage::Make(const Plan& plan, StageMetrics& metrics, const Clock& clock,
                                           size_t record_bytes_max) {
  std::unique_ptr<Stage> stage(new Stage(plan, metrics, clock, record_bytes_max));
  for (const BoundModel& model : plan.models) {
    TRY_ASSIGN(std::unique_ptr<ModelRunner> runner, ModelRunner::Make(model, stage->batch_.arena));
    stage->runners_.push_back(std::move(runner));
  }
  stage->rows_of_model_.resize(plan.models.size());
  return stage;
}

Stage::Stage(const Plan& plan, StageMetrics& metrics, const Clock& clock, size_t record_bytes_max)
    : plan_(plan),
      metrics_(metrics),
      clock_(clock),
      activation_(*plan.environment, batch_.arena),
      route_scratch_(*plan.route_table),
      context_(*plan.variables, activation_, batch_.arena, metrics.drops),
      reader_(plan),
      writer_(plan, metrics.outputs, record_bytes_max) {}

void Stage::Process(std::span<const StageInput> inputs) {
  size_t bytes = 0;
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
}

void Stage::ProcessBatch(std::span<const StageInput> inputs) {
  const Duration start = clock_.Monotonic();
  reader_.CheckContract(batch_, context_);
  for (const std::unique_ptr<Step>& step : plan_.prepare) step->Run(batch_, context_);
  Route();
  RunModels();
  for (const std::unique_ptr<Step>& step : plan_.postprocess) step->Run(batch_, context_);
  Write(inputs);
  metrics_.records.Add(batch_.rows.size());
  metrics_.batches.Add();
  metrics_.batch_ns.Record((clock_.Monotonic() - start).count());
  batch_.Clear();
}

size_t Stage::FirstMatch(const Row& row) {
  const bool always = !plan_.routes.empty() && plan_.routes.front().when.empty();
  if (always) return 0;
  context_.Enter(row);
  const uint32_t match = plan_.route_table->FirstMatch(activation_, route_scratch_);
  for (const uint32_t rule : route_scratch_.failed()) metrics_.route_errors[rule].Add();
  return match == expr::RouteTable::kNoRule ? plan_.routes.size() : match;
}

void Stage::Route() {
  for (std::vector<Row*>& rows : rows_of_model_) rows.clear();
  for (Row& row : batch_.rows) {
    if (!row.is_live()) continue;
    const size_t match = FirstMatch(row);
    if (match == plan_.routes.size()) {
      context_.Kill(row, DeadKind::kNoRoute, "route", "no rule of route matched");
      continue;
    }
    const RouteRule& rule = plan_.routes[match];
    metrics_.routes[match].Add();
    if (rule.drop) {
      context_.Drop(row, *rule.drop);
      continue;
    }
    row.route = rule.to;
    row.topic = rule.topic;
    if (rule.model >= 0) rows_of_model_[static_cast<size_t>(rule.model)].push_back(&row);
  }
}

void Stage::RunModels() {
  for (size_t model = 0; model < runners_.size(); ++model) {
    std::vector<Row*>& rows = rows_of_model_[model];
    if (stand_in_) std::erase_if(rows, [&](Row* row) { return stand_in_(plan_.models[model], *row, context_); });
    if (!rows.empty()) runners_[model]->Run(rows, context_);
  }
}

void Stage::Write(std::span<const StageInput> inputs) {
  const int64_t now_ms = MillisecondsOf(clock_.Now());
  for (Row& row : batch_.rows) {
    Outcome outcome;
    if (row.fate != Fate::kDropped)
      writer_.Write(row, context_, now_ms, *inputs[row.origin].out, observer_ ? &outcome : nullptr);
    if (observer_) observer_(row, outcome);
  }
}

}  // namespace penstock
