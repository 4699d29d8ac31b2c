// What the operators take and give.
#pragma once

#include <span>

#include "expr/ast.h"
#include "expr/function.h"

namespace penstock::expr {

// Overloads without implementations: operators are instructions of their own.
std::span<const Overload> OperatorOverloads(Operator op);

}  // namespace penstock::expr
