#include "pipeline/model_inputs.h"

namespace penstock {

std::optional<std::span<const Value>> ModelInputs::Of(Row& row, StepContext& context) const {
  row.model = model_.name;
  row.model_version = model_.model->info().version;
  context.Enter(row);
  const std::span<Value> inputs = context.arena().AllocateArray<Value>(model_.inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    inputs[i] = model_.inputs[i].Evaluate(context);
    if (!inputs[i].is_error()) continue;
    context.Kill(row, DeadKind::kInput, place_,
                 model_.model->info().inputs[i].name + ": " + std::string(inputs[i].text()));
    return std::nullopt;
  }
  return inputs;
}

}  // namespace penstock
