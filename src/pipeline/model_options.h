// What may stand in a pipeline's file about a model.
#pragma once

#include "config/option.h"

namespace penstock {

const Group& ModelOptions();

}  // namespace penstock
