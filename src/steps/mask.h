// mask: hides what fields say.
#pragma once

#include "steps/step.h"

namespace penstock {

StepKind MaskStep();

}  // namespace penstock
