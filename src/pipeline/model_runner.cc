#include "pipeline/model_runner.h"

#include <utility>

namespace penstock {

Result<std::unique_ptr<ModelRunner>> ModelRunner::Make(const BoundModel& model, Arena& arena) {
  TRY_ASSIGN(std::unique_ptr<Predictor> predictor, model.model->NewPredictor({.outputs = model.outputs}));
  return std::unique_ptr<ModelRunner>(new ModelRunner(model, arena, std::move(predictor)));
}

ModelRunner::ModelRunner(const BoundModel& model, Arena& arena, std::unique_ptr<Predictor> predictor)
    : arena_(arena), predictor_(std::move(predictor)), inputs_(model), shaper_(model, arena) {}

void ModelRunner::Run(std::span<Row* const> rows, StepContext& context) {
  requests_.clear();
  rows_ = rows;
  context_ = &context;
  for (size_t id = 0; id < rows.size(); ++id)
    if (const auto inputs = inputs_.Of(*rows[id], context)) requests_.push_back({id, *inputs});
  if (!requests_.empty()) predictor_->Predict(requests_, *this);
}

void ModelRunner::Answer(RequestId id, std::span<const Value> outputs, const CallReport& /*report*/) {
  shaper_.Shape(outputs, *rows_[id], *context_);
}

void ModelRunner::Fail(RequestId id, const Failure& failure, const CallReport& /*report*/) {
  context_->Kill(*rows_[id], DeadKind::kModel, inputs_.place(), failure.error.message);
}

}  // namespace penstock
