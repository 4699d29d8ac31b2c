// contains(), startsWith(), endsWith().
#pragma once

#include "expr/function.h"

namespace penstock::expr {

void AddStringFunctions(Library& library);

}  // namespace penstock::expr
