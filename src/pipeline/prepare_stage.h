// Raw records -> context, and, where models answer at once, outputs.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "expr/activation.h"
#include "pipeline/answer_path.h"
#include "pipeline/arrivals.h"
#include "pipeline/event_reader.h"
#include "pipeline/output_writer.h"
#include "pipeline/plan.h"
#include "pipeline/stage.h"
#include "steps/batch.h"
#include "steps/step_context.h"

namespace penstock {

// Sees every event at the end of its way.
using OutcomeObserver = std::function<void(const Row& row, const Outcome& outcome)>;

// Deterministic, but for what models answer. All is done when Process returns: outputs in the order of their records,
// dead letters among them. Events whose model answers later are context records then.
class PrepareStage final : public Stage {
 public:
  // All outlive the stage. `arrivals` takes each event that is done. What would make a larger record becomes a dead
  // letter.
  static Result<std::unique_ptr<PrepareStage>> Make(const Plan& plan, StageMetrics& metrics, const Clock& clock,
                                                    size_t record_bytes_max = kRecordBytesMax,
                                                    Arrivals* arrivals = nullptr);

  void Process(std::span<const StageInput> inputs) override;
  const PredictorMetrics* ModelMetrics(size_t model) const override { return answers_->ModelMetrics(model); }

  // For tests of pipelines: all models are asked here, also those that answer later.
  void SetStandIn(StandIn stand_in);
  void SetObserver(OutcomeObserver observer) { observer_ = std::move(observer); }

 private:
  PrepareStage(const Plan& plan, StageMetrics& metrics, const Clock& clock, size_t record_bytes_max,
               Arrivals* arrivals);

  void ProcessBatch(std::span<const StageInput> inputs);
  void Route();
  void RouteRow(Row& row);
  // The number of the first rule that matches, or that of rules.
  size_t FirstMatch(const Row& row);
  void Write(std::span<const StageInput> inputs);

  const Plan& plan_;
  StageMetrics& metrics_;
  const Clock& clock_;
  Arrivals* arrivals_;
  Duration began_{};  // of the present Process
  Batch batch_;
  expr::Activation activation_;
  expr::RouteTable::Scratch route_scratch_;
  StepContext context_;
  EventReader reader_;
  OutputWriter writer_;
  std::unique_ptr<AnswerPath> answers_;
  bool all_here_ = false;
  OutcomeObserver observer_;
};

}  // namespace penstock
