// matches(): regular expressions in the syntax of RE2.
#pragma once

#include <vector>

#include "expr/function.h"

namespace penstock::expr {

std::vector<Function> RegexFunctions();

}  // namespace penstock::expr
