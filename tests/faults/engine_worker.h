// The engine's own workers, with small pipelines, as actors.
#pragma once

#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "base/log.h"
#include "log/session.h"
#include "pipeline/plan.h"
#include "tests/faults/actor.h"
#include "tests/faults/scenario.h"

namespace penstock::faults {

// Of the stage `prepare`: each input is written as it is. Of the stage `infer`: a slow model is asked (slow_model.h).
// The clock outlives the plan.
std::unique_ptr<const Plan> MakePlan(const Scenario& scenario, const Clock& clock);

// A worker of the scenario's stage. All outlive the actor. `seed` decides what the model does.
std::unique_ptr<Actor> MakeEngineWorker(const Scenario& scenario, const Plan& plan, std::unique_ptr<Session> session,
                                        uint64_t seed, const Clock& clock, const Logger& logger, Verdict& verdict);

}  // namespace penstock::faults
