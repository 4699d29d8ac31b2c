// A worker of the stage `infer`.
#pragma once

#include <memory>

#include "base/result.h"
#include "pipeline/infer_stage.h"
#include "pipeline/worker.h"

namespace penstock {

// All outlive the worker. Without a loop the worker waits in its session: for simulations.
Result<std::unique_ptr<Worker>> MakeInferWorker(const Plan& plan, std::unique_ptr<Session> session,
                                                const InferOptions& options, WorkerMetrics& metrics, const Clock& clock,
                                                const Logger& logger, const WorkerLimits& limits);

}  // namespace penstock
