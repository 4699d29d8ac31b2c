#include "pipeline/answer_shaper.h"

#include "event/collection.h"

namespace penstock {

AnswerShaper::AnswerShaper(const BoundModel& model, Arena& arena)
    : model_(model),
      arena_(arena),
      activation_(*model.environment, arena),
      place_("models." + model.name + ".output") {}

void AnswerShaper::Shape(std::span<const Value> outputs, Row& row, StepContext& context) {
  if (model_.whole_answer) {
    row.output = outputs[0];
    return;
  }
  activation_.NextEvent();
  for (size_t i = 0; i < outputs.size(); ++i)
    if (model_.variables[i]) activation_.Set(*model_.variables[i], outputs[i]);
  if (model_.outputs_variable) activation_.Set(*model_.outputs_variable, OutputsMap(outputs));
  MapBuilder answer(arena_, static_cast<uint32_t>(model_.answer.size()));
  for (const auto& [name, program] : model_.answer) {
    const Value value = program.Evaluate(activation_);
    if (value.is_error()) {
      row.output = OutputsMap(outputs);  // for the dead letter
      return context.Kill(row, DeadKind::kOutput, place_, name + ": " + std::string(value.text()));
    }
    answer.Add(Value::String(name), value);
  }
  row.output = answer.Finish();
}

Value AnswerShaper::OutputsMap(std::span<const Value> outputs) {
  MapBuilder map(arena_, static_cast<uint32_t>(outputs.size()));
  for (size_t i = 0; i < outputs.size(); ++i)
    map.Add(Value::String(model_.model->info().outputs[model_.outputs[i]].name), outputs[i]);
  return map.Finish();
}

}  // namespace penstock
