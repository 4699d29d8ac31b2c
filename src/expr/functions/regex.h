// matches(): regular expressions in the syntax of RE2.
#pragma once

#include "expr/function.h"

namespace penstock::expr {

void AddRegexFunctions(Library& library);

}  // namespace penstock::expr
