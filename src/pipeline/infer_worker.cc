#include "pipeline/infer_worker.h"

#include <utility>

namespace penstock {

Result<std::unique_ptr<Worker>> MakeInferWorker(const Plan& plan, std::unique_ptr<Session> session,
                                                const InferOptions& options, WorkerMetrics& metrics, const Clock& clock,
                                                const Logger& logger, const WorkerLimits& limits) {
  const auto infer = [&](Arrivals& arrivals) -> Result<std::unique_ptr<Stage>> {
    InferOptions stage = options;
    stage.record_bytes_max = limits.record_bytes_max;
    return InferStage::Make(plan, metrics.stage, arrivals, clock, stage);
  };
  return Worker::MakeWith(plan, infer, std::move(session), options.loop, metrics, clock, logger, limits);
}

}  // namespace penstock
