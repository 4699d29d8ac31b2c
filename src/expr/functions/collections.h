// size() of lists, maps, strings and bytes.
#pragma once

#include "expr/function.h"

namespace penstock::expr {

void AddCollectionFunctions(Library& library);

}  // namespace penstock::expr
