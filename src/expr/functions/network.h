// Addresses and networks: ip(), cidr(), containsIP() ..
#pragma once

#include <vector>

#include "expr/function.h"

namespace penstock::expr {

std::vector<Function> NetworkFunctions();

}  // namespace penstock::expr
