#include "model/call/caller.h"

#include <utility>

#include "model/call/worker_caller.h"

namespace penstock {

std::unique_ptr<Caller> Caller::Make(const CallPolicy& policy, Limiter& limiter, std::function<void()> wake,
                                     Transport& transport, CallSink& sink, const Clock& clock, uint64_t seed,
                                     CallMetrics& metrics) {
  return std::make_unique<call::WorkerCaller>(policy, limiter, std::move(wake), transport, sink, clock, seed, metrics);
}

}  // namespace penstock
