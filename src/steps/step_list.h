// All kinds of steps there are.
#pragma once

#include <vector>

#include "steps/step.h"

namespace penstock {

const std::vector<StepKind>& StepKinds();

// Null where there is no such kind.
const StepKind* FindStepKind(std::string_view name);

// What stands in the lists `prepare` and `postprocess`: a map of one entry, named by the kind of step.
const Group& PrepareStepOptions();
const Group& PostprocessStepOptions();

}  // namespace penstock
