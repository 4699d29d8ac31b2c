// The reference page of expressions, made of what operators, macros and functions say of themselves.
#pragma once

#include <string>

#include "expr/function.h"

namespace penstock::expr {

// In Markdown.
std::string ExpressionReference(const Library& library);

// As messages and the reference write it: `math.abs(int) -> int`, `string.size() -> int`.
std::string SignatureText(const Function& function, const Overload& overload);

}  // namespace penstock::expr
