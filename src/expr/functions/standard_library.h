// The functions that every expression may call.
#pragma once

#include "expr/function.h"

namespace penstock::expr {

// Built on first use; any thread may read it.
const Library& StandardLibrary();

}  // namespace penstock::expr
