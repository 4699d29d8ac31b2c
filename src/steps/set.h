// set: adds names, and changes fields.
#pragma once

#include "steps/step.h"

namespace penstock {

StepKind SetStep();

}  // namespace penstock
