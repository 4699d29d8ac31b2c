// require: demands something of events, or of answers.
#pragma once

#include "steps/step.h"

namespace penstock {

StepKind RequireStep();

}  // namespace penstock
