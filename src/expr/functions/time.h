// The parts of timestamps and durations: getFullYear() .. getMilliseconds().
#pragma once

#include "expr/function.h"

namespace penstock::expr {

void AddTimeFunctions(Library& library);

}  // namespace penstock::expr
