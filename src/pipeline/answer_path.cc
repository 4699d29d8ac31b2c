#include "pipeline/answer_path.h"

#include <algorithm>
#include <string>
#include <utility>

namespace penstock {
namespace {

// What another model may answer in its place. An answer that came, and is of no use, is a finding and no failure.
bool MayFallBack(DeadKind kind) {
  return kind == DeadKind::kModel || kind == DeadKind::kDeadline || kind == DeadKind::kOutage;
}

}  // namespace

Result<std::unique_ptr<AnswerPath>> AnswerPath::Make(const Plan& plan, Arena& arena, LaterModels* later) {
  std::unique_ptr<AnswerPath> path(new AnswerPath(plan, later));
  for (const BoundModel& model : plan.models) {
    std::unique_ptr<ModelRunner>& runner = path->runners_.emplace_back();
    if (model.model->answers_later()) continue;
    TRY_ASSIGN(runner, ModelRunner::Make(model, arena));
  }
  path->rows_of_model_.resize(plan.models.size());
  return path;
}

const PredictorMetrics* AnswerPath::ModelMetrics(size_t model) const {
  return runners_[model] == nullptr ? nullptr : &runners_[model]->metrics();
}

void AnswerPath::Run(Batch& batch, StepContext& context) {
  AskAll(batch, context);
  for (const std::unique_ptr<Step>& step : plan_.postprocess) step->Run(batch, context);
  for (;;) {
    TakeForFallback(batch, context);
    if (again_.rows.empty()) return;
    AskAll(again_, context);
    for (const std::unique_ptr<Step>& step : plan_.postprocess) step->Run(again_, context);
    for (size_t i = 0; i < places_.size(); ++i) batch.rows[places_[i]] = again_.rows[i];
  }
}

void AnswerPath::AskAll(Batch& batch, StepContext& context) {
  for (bool any = true; any;) {
    any = false;
    for (std::vector<Row*>& rows : rows_of_model_) rows.clear();
    for (Row& row : batch.rows) {
      if (!IsToBeAsked(row, context)) continue;
      any = true;
      Ask(row, context);
    }
    for (size_t model = 0; model < runners_.size(); ++model)
      if (!rows_of_model_[model].empty()) runners_[model]->Run(rows_of_model_[model], context);
  }
}

bool AnswerPath::IsToBeAsked(Row& row, StepContext& context) const {
  if (row.chain < 0) return false;
  const std::vector<uint32_t>& chain = plan_.models[static_cast<size_t>(row.chain)].chain;
  if (row.is_live()) return row.asked == 0 && row.model.empty();
  if (row.fate != Fate::kDead || row.asked == 0 || row.asked >= chain.size() || !MayFallBack(row.dead->kind))
    return false;
  NoteFallback(row, row.dead->message, context);
  row.fate = Fate::kLive;
  row.dead = nullptr;
  return true;
}

void AnswerPath::Ask(Row& row, StepContext& context) {
  const size_t model = plan_.models[static_cast<size_t>(row.chain)].chain[row.asked++];
  if (stand_in_ && stand_in_(plan_.models[model], row, context)) return;
  if (runners_[model] != nullptr) return rows_of_model_[model].push_back(&row);
  if (later_ != nullptr) return later_->AskLater(row, model);
  context.Kill(row, DeadKind::kInput, "models",
               "the model " + plan_.models[model].name + " is not asked here; say under `answers` what it says");
}

void AnswerPath::NoteFallback(Row& row, std::string_view why, StepContext& context) const {
  const size_t last = plan_.models[static_cast<size_t>(row.chain)].chain[row.asked - 1];
  const std::string_view before = row.lineage == nullptr ? std::string_view() : row.lineage->fallback;
  const std::string text =
      (before.empty() ? "" : std::string(before) + "; ") + plan_.models[last].name + ": " + std::string(why);
  row.lineage = context.arena().New(Lineage{.fallback = context.arena().Copy(text)});
}

void AnswerPath::TakeForFallback(Batch& batch, StepContext& context) {
  again_.rows.clear();
  places_.clear();
  for (size_t i = 0; i < batch.rows.size(); ++i) {
    Row& row = batch.rows[i];
    if (!std::exchange(row.to_fall_back, false)) continue;
    const bool more = row.asked < plan_.models[static_cast<size_t>(row.chain)].chain.size();
    if (!more) continue;  // the step has killed it already
    // As one whose model did not answer.
    row.dead = context.arena().New(DeadLetter{DeadKind::kModel, row.dead->message, row.dead->step});
    row.output = Value();
    row.model = {};
    again_.rows.push_back(row);
    places_.push_back(i);
  }
}

}  // namespace penstock
