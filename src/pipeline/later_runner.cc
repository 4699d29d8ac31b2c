#include "pipeline/later_runner.h"

#include <utility>

namespace penstock {
namespace {

DeadKind KindOf(FailureKind kind) {
  switch (kind) {
    case FailureKind::kModel: return DeadKind::kModel;
    case FailureKind::kAnswer: return DeadKind::kAnswer;
    case FailureKind::kRefusal: return DeadKind::kRefusal;
    case FailureKind::kTruncated: return DeadKind::kTruncated;
    case FailureKind::kFiltered: return DeadKind::kFiltered;
    case FailureKind::kDeadline: return DeadKind::kDeadline;
    case FailureKind::kOutage: return DeadKind::kOutage;
  }
  return DeadKind::kModel;
}

}  // namespace

Result<std::unique_ptr<LaterRunner>> LaterRunner::Make(const BoundModel& model, LaterAnswers& answers,
                                                       StepContext& context, PredictorOptions options) {
  std::unique_ptr<LaterRunner> runner(new LaterRunner(model, answers, context));
  options.outputs = model.outputs;
  TRY_ASSIGN(runner->predictor_, model.model->NewPredictor(std::move(options)));
  return runner;
}

bool LaterRunner::Ask(RequestId id, Row& row) {
  const auto inputs = inputs_.Of(row, context_);
  if (!inputs) return false;
  const Request request{id, *inputs};
  predictor_->Predict({&request, 1}, *this);
  return true;
}

void LaterRunner::Answer(RequestId id, std::span<const Value> outputs, const CallReport& report) {
  answers_.Answered(
      id, [&](Row& row) { shaper_.Shape(outputs, row, context_); }, report);
}

void LaterRunner::Fail(RequestId id, const Failure& failure, const CallReport& report) {
  const auto kill = [&](Row& row) { context_.Kill(row, KindOf(failure.kind), place_, failure.error.message); };
  answers_.Answered(id, kill, report);
}

}  // namespace penstock
