// Conversions between types: int(), uint(), double(), string(), bytes(), bool(), timestamp(), duration(), dyn(),
// type().
#pragma once

#include <vector>

#include "expr/function.h"

namespace penstock::expr {

std::vector<Function> ConversionFunctions();

}  // namespace penstock::expr
