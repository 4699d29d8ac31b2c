// Tree -> code.
#pragma once

#include <memory>
#include <vector>

#include "expr/ast.h"
#include "expr/code.h"
#include "expr/diagnostic.h"
#include "expr/environment.h"

namespace penstock::expr {

// What consists of literals alone is evaluated here. Paths become slots of `environment`. What the checker would have
// refused becomes an error when, and if, it is evaluated; only what the code cannot hold is reported.
std::unique_ptr<Code> Compile(const Ast& ast, Environment& environment, std::vector<Diagnostic>& diagnostics);

}  // namespace penstock::expr
