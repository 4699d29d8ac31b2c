// One worker's way through a model: events -> requests -> answers.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "expr/activation.h"
#include "model/model.h"
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

  const BoundModel& model() const { return model_; }
  const PredictorMetrics& metrics() const { return predictor_->metrics(); }

 private:
  ModelRunner(const BoundModel& model, Arena& arena, std::unique_ptr<Predictor> predictor);

  // False, and the row dead, where an input cannot be made.
  bool AddRequest(Row& row, size_t id, StepContext& context);

  Arena& arena() override { return arena_; }
  void Answer(RequestId id, std::span<const Value> outputs, const CallReport& report) override;
  void Fail(RequestId id, const Failure& failure, const CallReport& report) override;
  // All outputs by name.
  Value OutputsMap(std::span<const Value> outputs);

  const BoundModel& model_;
  Arena& arena_;
  std::unique_ptr<Predictor> predictor_;
  expr::Activation activation_;  // of the answer's expressions
  std::string input_place_;
  std::string output_place_;
  std::vector<Request> requests_;
  // During a run.
  std::span<Row* const> rows_;
  StepContext* context_ = nullptr;
};

}  // namespace penstock
