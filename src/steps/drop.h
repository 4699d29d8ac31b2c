// drop: ends events that nobody needs.
#pragma once

#include "steps/step.h"

namespace penstock {

StepKind DropStep();

}  // namespace penstock
