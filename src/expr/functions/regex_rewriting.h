// regex.replace(), regex.extract(), regex.extractAll().
#pragma once

#include <vector>

#include "expr/function.h"

namespace penstock::expr {

std::vector<Function> RegexRewritingFunctions();

}  // namespace penstock::expr
