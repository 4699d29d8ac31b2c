// contains(), startsWith(), endsWith().
#pragma once

#include <vector>

#include "expr/function.h"

namespace penstock::expr {

std::vector<Function> StringFunctions();

}  // namespace penstock::expr
