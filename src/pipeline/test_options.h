// What may stand in the tests of a pipeline's file.
#pragma once

#include "config/option.h"

namespace penstock {

const Group& TestOptions();

}  // namespace penstock
