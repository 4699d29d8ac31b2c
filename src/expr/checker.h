// Finds what can be known to be wrong before an event is there.
#pragma once

#include <vector>

#include "expr/ast.h"
#include "expr/diagnostic.h"
#include "expr/environment.h"
#include "expr/type.h"

namespace penstock::expr {

// The type of the expression. Mistakes are added to `diagnostics`: unknown names and functions, and operations on types
// that can never take them. What is dyn is left to evaluation.
Type Check(const Ast& ast, const Environment& environment, std::vector<Diagnostic>& diagnostics);

}  // namespace penstock::expr
