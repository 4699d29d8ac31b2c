// The parts of timestamps and durations: getFullYear() .. getMilliseconds().
#pragma once

#include <vector>

#include "expr/function.h"

namespace penstock::expr {

std::vector<Function> TimeFunctions();

}  // namespace penstock::expr
