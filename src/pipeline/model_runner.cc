#include "pipeline/model_runner.h"

#include <string>
#include <utility>

#include "event/collection.h"

namespace penstock {

Result<std::unique_ptr<ModelRunner>> ModelRunner::Make(const BoundModel& model, Arena& arena) {
  TRY_ASSIGN(std::unique_ptr<Predictor> predictor, model.model->NewPredictor({.outputs = model.outputs}));
  return std::unique_ptr<ModelRunner>(new ModelRunner(model, arena, std::move(predictor)));
}

ModelRunner::ModelRunner(const BoundModel& model, Arena& arena, std::unique_ptr<Predictor> predictor)
    : model_(model),
      arena_(arena),
      predictor_(std::move(predictor)),
      activation_(*model.environment, arena),
      input_place_("models." + model.name + ".input"),
      output_place_("models." + model.name + ".output") {}

void ModelRunner::Run(std::span<Row* const> rows, StepContext& context) {
  requests_.clear();
  rows_ = rows;
  context_ = &context;
  for (size_t id = 0; id < rows.size(); ++id) {
    rows[id]->model = model_.name;
    rows[id]->model_version = model_.model->info().version;
    context.Enter(*rows[id]);
    AddRequest(*rows[id], id, context);
  }
  if (!requests_.empty()) predictor_->Predict(requests_, *this);
}

bool ModelRunner::AddRequest(Row& row, size_t id, StepContext& context) {
  const std::span<Value> inputs = arena_.AllocateArray<Value>(model_.inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    inputs[i] = context.Evaluate(model_.inputs[i]);
    if (!inputs[i].is_error()) continue;
    context.Kill(row, DeadKind::kInput, input_place_,
                 model_.model->info().inputs[i].name + ": " + std::string(inputs[i].text()));
    return false;
  }
  requests_.push_back({id, inputs});
  return true;
}

void ModelRunner::Answer(RequestId id, std::span<const Value> outputs, const CallReport& /*report*/) {
  Row& row = *rows_[id];
  activation_.NextEvent();
  for (size_t i = 0; i < outputs.size(); ++i)
    if (model_.variables[i]) activation_.Set(*model_.variables[i], outputs[i]);
  if (model_.outputs_variable) activation_.Set(*model_.outputs_variable, OutputsMap(outputs));
  MapBuilder answer(arena_, static_cast<uint32_t>(model_.answer.size()));
  for (const auto& [name, program] : model_.answer) {
    const Value value = program.Evaluate(activation_);
    if (value.is_error()) {
      row.output = OutputsMap(outputs);  // for the dead letter
      return context_->Kill(row, DeadKind::kOutput, output_place_, name + ": " + std::string(value.text()));
    }
    answer.Add(Value::String(name), value);
  }
  row.output = answer.Finish();
}

void ModelRunner::Fail(RequestId id, const Failure& failure, const CallReport& /*report*/) {
  context_->Kill(*rows_[id], DeadKind::kModel, input_place_, failure.error.message);
}

Value ModelRunner::OutputsMap(std::span<const Value> outputs) {
  MapBuilder map(arena_, static_cast<uint32_t>(outputs.size()));
  for (size_t i = 0; i < outputs.size(); ++i)
    map.Add(Value::String(model_.model->info().outputs[model_.outputs[i]].name), outputs[i]);
  return map.Finish();
}

}  // namespace penstock
