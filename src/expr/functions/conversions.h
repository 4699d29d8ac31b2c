// Conversions between types: int(), uint(), double(), string(), bytes(), bool(), timestamp(), duration(), dyn(),
// type().
#pragma once

#include "expr/function.h"

namespace penstock::expr {

void AddConversionFunctions(Library& library);

}  // namespace penstock::expr
