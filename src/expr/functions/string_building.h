// Texts made of texts: replace(), split(), join(), reverse(), quote() ..
#pragma once

#include <vector>

#include "expr/function.h"

namespace penstock::expr {

std::vector<Function> StringBuildingFunctions();

}  // namespace penstock::expr
