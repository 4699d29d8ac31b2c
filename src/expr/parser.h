// Text of CEL -> tree (cel-spec doc/langdef.md, sections Syntax and Macros).
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "expr/ast.h"
#include "expr/diagnostic.h"
#include "expr/limits.h"

namespace penstock::expr {

// Of the tree, which grows with chains such as a + b + c or a.b.c.
constexpr uint32_t kTreeDepthMax = 1'000;

// Parses `source`, which the tree borrows. Mistakes are added to `diagnostics`; after one, reading goes on at the next
// comma or bracket, so that one call finds several. Macros are expanded.
std::unique_ptr<Ast> Parse(std::string_view source, const Limits& limits, std::vector<Diagnostic>& diagnostics);

}  // namespace penstock::expr
