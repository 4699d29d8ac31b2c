// Numbers: math.greatest(), math.round(), math.bitAnd() ..
#pragma once

#include <vector>

#include "expr/function.h"

namespace penstock::expr {

std::vector<Function> MathFunctions();

}  // namespace penstock::expr
