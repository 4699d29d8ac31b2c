// What a run amounted to.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "pipeline/engine.h"

namespace penstock {

// One line of JSON: counts, rates, latencies in milliseconds, routes, drops and dead letters by name, models. `cpu` is
// the processor time that the process took.
std::string SummaryJson(const Plan& plan, const EngineSnapshot& snapshot, const std::vector<ModelSnapshot>& models,
                        Duration elapsed, Duration cpu);

// The line that a terminal shows while a pipeline runs; `earlier` was taken `elapsed` before.
std::string StatusLine(const EngineSnapshot& now, const EngineSnapshot& earlier, Duration elapsed);

}  // namespace penstock
