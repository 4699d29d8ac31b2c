// format(): values put into a text with %s, %d, %.2f ..
#pragma once

#include <vector>

#include "expr/function.h"

namespace penstock::expr {

std::vector<Function> FormatFunctions();

}  // namespace penstock::expr
