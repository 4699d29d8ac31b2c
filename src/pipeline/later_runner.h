// One worker's way through a model that answers later.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "model/model.h"
#include "pipeline/answer_shaper.h"
#include "pipeline/model_inputs.h"
#include "pipeline/plan.h"
#include "steps/batch.h"
#include "steps/step_context.h"

namespace penstock {

// Takes what models that answer later say.
class LaterAnswers {
 public:
  virtual ~LaterAnswers() = default;
  // Where answers are built.
  virtual Arena& arena() = 0;
  // `finish` gives the row of the request its output, or kills it.
  virtual void Answered(RequestId id, const std::function<void(Row&)>& finish, const CallReport& report) = 0;
};

// Used by one worker's thread.
class LaterRunner final : private AnswerSink {
 public:
  // All outlive the runner; `context` is that of the worker's batch.
  static Result<std::unique_ptr<LaterRunner>> Make(const BoundModel& model, LaterAnswers& answers, StepContext& context,
                                                   PredictorOptions options);

  // Asks for an answer to the row, which need not live longer. False, and the row dead, where its inputs cannot be
  // made.
  bool Ask(RequestId id, Row& row);

  Predictor& predictor() { return *predictor_; }
  const BoundModel& model() const { return model_; }

 private:
  LaterRunner(const BoundModel& model, LaterAnswers& answers, StepContext& context)
      : model_(model),
        answers_(answers),
        context_(context),
        inputs_(model),
        shaper_(model, context.arena()),
        place_("models." + model.name) {}

  Arena& arena() override { return answers_.arena(); }
  void Answer(RequestId id, std::span<const Value> outputs, const CallReport& report) override;
  void Fail(RequestId id, const Failure& failure, const CallReport& report) override;

  const BoundModel& model_;
  LaterAnswers& answers_;
  StepContext& context_;
  ModelInputs inputs_;
  AnswerShaper shaper_;
  std::string place_;  // as dead letters name it
  std::unique_ptr<Predictor> predictor_;
};

}  // namespace penstock
