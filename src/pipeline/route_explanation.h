// Why an event goes where it goes.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "pipeline/plan.h"

namespace penstock {

// Runs one event (JSON) through the contract and the prepare steps of the file's plan, and says in lines of text which
// rules of route were evaluated for it, with what outcome, and which one matched. The record's key and time are those
// that the contract wants. Shows what stands in the file, and no values of the event. Adds expressions to the plan's
// environment: nobody else uses the plan meanwhile, and stages are made afterwards.
std::string ExplainRoute(PipelineFile& file, std::string_view event_json);

}  // namespace penstock
