// What a model gives -> the answer of the pipeline's file.
#pragma once

#include <span>
#include <string>

#include "expr/activation.h"
#include "pipeline/plan.h"
#include "steps/batch.h"
#include "steps/step_context.h"

namespace penstock {

// One for each worker and model; used by that worker's thread.
class AnswerShaper {
 public:
  // `model` and `arena`, that of the worker's batch, outlive the shaper.
  AnswerShaper(const BoundModel& model, Arena& arena);

  // `outputs`: those of BoundModel::outputs, in that order. Sets the row's output, or kills it.
  void Shape(std::span<const Value> outputs, Row& row, StepContext& context);

 private:
  // All outputs by name.
  Value OutputsMap(std::span<const Value> outputs);

  const BoundModel& model_;
  Arena& arena_;
  expr::Activation activation_;
  std::string place_;
};

}  // namespace penstock
