// What may stand in a pipeline's file.
#pragma once

#include "config/option.h"

namespace penstock {

const Group& PipelineOptions();

}  // namespace penstock
