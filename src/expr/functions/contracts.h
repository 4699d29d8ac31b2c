// What texts of a data contract are: isEmail(), isUuid() ..
#pragma once

#include <vector>

#include "expr/function.h"

namespace penstock::expr {

std::vector<Function> ContractFunctions();

}  // namespace penstock::expr
