// Values that may be absent: optional.of(), optional.none(), value(), orValue() ..
#pragma once

#include <vector>

#include "expr/function.h"

namespace penstock::expr {

std::vector<Function> OptionalFunctions();

}  // namespace penstock::expr
