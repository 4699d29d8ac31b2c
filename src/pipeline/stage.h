// A chain of steps, a route and models: what one worker does to records.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/counter.h"
#include "base/histogram.h"
#include "base/result.h"
#include "event/record.h"
#include "expr/activation.h"
#include "log/out_batch.h"
#include "pipeline/event_reader.h"
#include "pipeline/model_runner.h"
#include "pipeline/output_writer.h"
#include "pipeline/plan.h"
#include "steps/batch.h"
#include "steps/step_context.h"

namespace penstock {

// What a stage counts. One thread writes, any reads.
struct StageMetrics {
  explicit StageMetrics(const Plan& plan)
      : drops(plan.drop_rules.size()), routes(plan.routes.size()), route_errors(plan.routes.size()) {}

  Counter records;
  Counter record_bytes;  // of values
  Counter batches;
  Histogram batch_ns;
  std::vector<Counter> drops;         // by Plan::drop_rules
  std::vector<Counter> routes;        // matches, by Plan::routes
  std::vector<Counter> route_errors;  // evaluations that failed, by Plan::routes
  OutputMetrics outputs;
};

// Records of one partition, and where what becomes of them goes.
struct StageInput {
  std::span<const Record> records;
  OutBatch* out = nullptr;
};

// In place of a model, for tests: sets the row's output, or leaves it to the model by returning false.
using StandIn = std::function<bool(const BoundModel& model, Row& row, StepContext& context)>;
// Sees every event at the end of its way.
using OutcomeObserver = std::function<void(const Row& row, const Outcome& outcome)>;

// Runs a plan over batches of records. Used by one worker's thread; deterministic, but for what models answer.
class Stage {
 public:
  // `plan` and `metrics` outlive the stage. What would make a larger record becomes a dead letter.
  static Result<std::unique_ptr<Stage>> Make(const Plan& plan, StageMetrics& metrics, const Clock& clock,
                                             size_t record_bytes_max = kRecordBytesMax);

  // Everything that becomes of the records is in the inputs' `out` when it returns: outputs in the order of their
  // records, dead letters among them.
  void Process(std::span<const StageInput> inputs);

  void SetStandIn(StandIn stand_in) { stand_in_ = std::move(stand_in); }
  void SetObserver(OutcomeObserver observer) { observer_ = std::move(observer); }

  // One for each of the plan's models.
  const std::vector<std::unique_ptr<ModelRunner>>& runners() const { return runners_; }

 private:
  Stage(const Plan& plan, StageMetrics& metrics, const Clock& clock, size_t record_bytes_max);

  void ProcessBatch(std::span<const StageInput> inputs);
  void Route();
  // The number of the first rule that matches, or that of rules.
  size_t FirstMatch(const Row& row);
  void RunModels();
  void Write(std::span<const StageInput> inputs);

  const Plan& plan_;
  StageMetrics& metrics_;
  const Clock& clock_;
  Batch batch_;
  expr::Activation activation_;
  expr::RouteTable::Scratch route_scratch_;
  StepContext context_;
  EventReader reader_;
  OutputWriter writer_;
  std::vector<std::unique_ptr<ModelRunner>> runners_;
  std::vector<std::vector<Row*>> rows_of_model_;
  StandIn stand_in_;
  OutcomeObserver observer_;
};

}  // namespace penstock
