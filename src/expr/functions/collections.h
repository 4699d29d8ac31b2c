// size() of lists, maps, strings and bytes.
#pragma once

#include <vector>

#include "expr/function.h"

namespace penstock::expr {

std::vector<Function> CollectionFunctions();

}  // namespace penstock::expr
