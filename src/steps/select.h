// select: leaves only some of an event's fields.
#pragma once

#include "steps/step.h"

namespace penstock {

StepKind SelectStep();

}  // namespace penstock
