// The engine's own worker, with a small pipeline, as an actor.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/log.h"
#include "log/session.h"
#include "pipeline/plan.h"
#include "pipeline/worker.h"
#include "tests/faults/actor.h"

namespace penstock::faults {

// A pipeline that writes each input as it is. It lives as long as the process.
const Plan& EnginePlan();

// All outlive the actor.
std::unique_ptr<Actor> MakeEngineWorker(std::unique_ptr<Session> session, const Clock& clock, const Logger& logger,
                                        Verdict& verdict);

}  // namespace penstock::faults
