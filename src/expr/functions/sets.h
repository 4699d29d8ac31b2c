// Lists as sets: sets.contains(), sets.equivalent(), sets.intersects().
#pragma once

#include <vector>

#include "expr/function.h"

namespace penstock::expr {

std::vector<Function> SetFunctions();

}  // namespace penstock::expr
