// One worker's way through a model that answers at once: events -> requests -> answers.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "model/model.h"
#include "pipeline/answer_shaper.h"
#include "pipeline/model_inputs.h"
#include "pipeline/plan.h"
#include "steps/batch.h"
#include "steps/step_context.h"

namespace penstock {

// Used by one worker's thread.
class ModelRunner final : private AnswerSink {
 public:
  // `model` and `arena`, that of the worker's batch, outlive the runner.
  static Result<std::unique_ptr<ModelRunner>> Make(const BoundModel& model, Arena& arena);

  // One run of the model for all of these rows: they get an output each, or die. Then forgets what the arena held.
  void Run(std::span<Row* const> rows, StepContext& context);

  const PredictorMetrics& metrics() const { return predictor_->metrics(); }

 private:
  ModelRunner(const BoundModel& model, Arena& arena, std::unique_ptr<Predictor> predictor);

  Arena& arena() override { return arena_; }
  void Answer(RequestId id, std::span<const Value> outputs, const CallReport& report) override;
  void Fail(RequestId id, const Failure& failure, const CallReport& report) override;

  Arena& arena_;
  std::unique_ptr<Predictor> predictor_;
  ModelInputs inputs_;
  AnswerShaper shaper_;
  std::vector<Request> requests_;
  // During a run.
  std::span<Row* const> rows_;
  StepContext* context_ = nullptr;
};

}  // namespace penstock
