// Events -> what a model is given.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/arena.h"
#include "pipeline/plan.h"
#include "steps/batch.h"
#include "steps/step_context.h"

namespace penstock {

// One for each worker and model; used by that worker's thread.
class ModelInputs {
 public:
  // `model` outlives it.
  explicit ModelInputs(const BoundModel& model) : model_(model), place_("models." + model.name + ".input") {}

  // A value for each input of the model, in the context's arena. Makes the model the row's. Nothing, and the row dead,
  // where an input cannot be made.
  std::optional<std::span<const Value>> Of(Row& row, StepContext& context) const;

  // As dead letters name it. Lives as long as this.
  const std::string& place() const { return place_; }

 private:
  const BoundModel& model_;
  std::string place_;
};

}  // namespace penstock
