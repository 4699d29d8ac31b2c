// Values that may be absent: optional.of(), optional.none(), value(), orValue() ..
#pragma once

#include "expr/function.h"

namespace penstock::expr {

void AddOptionalFunctions(Library& library);

}  // namespace penstock::expr
