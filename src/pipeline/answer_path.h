// From the route on: models, their fallbacks, postprocess.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "pipeline/model_runner.h"
#include "pipeline/plan.h"
#include "steps/batch.h"
#include "steps/step_context.h"

namespace penstock {

// In place of a model, for tests: sets the row's output, or leaves it to the model by returning false.
using StandIn = std::function<bool(const BoundModel& model, Row& row, StepContext& context)>;

// Asks models that answer later.
class LaterModels {
 public:
  virtual ~LaterModels() = default;
  // Makes the row wait for the plan's model with this number; or kills it, where the model cannot be asked.
  virtual void AskLater(Row& row, size_t model) = 0;
};

// One for each worker and plan; used by that worker's thread.
class AnswerPath {
 public:
  // All outlive the path; `arena` is that of the worker's batch. Without `later`, a row for a model that answers later
  // dies.
  static Result<std::unique_ptr<AnswerPath>> Make(const Plan& plan, Arena& arena, LaterModels* later);

  // Live rows of a chain get an answer, go on to the next model of their chain, wait, or die; then those with an answer
  // go through postprocess. A row that comes with an answer, or dead for want of one, goes on from there.
  void Run(Batch& batch, StepContext& context);

  void SetStandIn(StandIn stand_in) { stand_in_ = std::move(stand_in); }

  // Null for a model that answers later.
  const PredictorMetrics* ModelMetrics(size_t model) const;

 private:
  AnswerPath(const Plan& plan, LaterModels* later) : plan_(plan), later_(later) {}

  // Until no row of the batch is to be asked any more.
  void AskAll(Batch& batch, StepContext& context);
  // Whether the row is to be asked, and by whom: a dead one comes to life again where somebody else can be asked.
  bool IsToBeAsked(Row& row, StepContext& context) const;
  void Ask(Row& row, StepContext& context);
  void NoteFallback(Row& row, std::string_view why, StepContext& context) const;
  // The rows that a step wants another answer for, and that somebody else can give one.
  void TakeForFallback(Batch& batch, StepContext& context);

  const Plan& plan_;
  LaterModels* later_;
  std::vector<std::unique_ptr<ModelRunner>> runners_;  // null for a model that answers later
  std::vector<std::vector<Row*>> rows_of_model_;
  StandIn stand_in_;
  Batch again_;                 // rows that go through models and postprocess once more
  std::vector<size_t> places_;  // theirs in the batch
};

}  // namespace penstock
