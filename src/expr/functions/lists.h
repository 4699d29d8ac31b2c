// Lists made of lists: slice(), flatten(), distinct(), sort() ..
#pragma once

#include <vector>

#include "expr/function.h"

namespace penstock::expr {

std::vector<Function> ListFunctions();

}  // namespace penstock::expr
