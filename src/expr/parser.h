// Text of CEL -> tree (cel-spec doc/langdef.md, sections Syntax and Macros).
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "expr/ast.h"
#include "expr/diagnostic.h"

namespace penstock::expr {

struct ParseLimits {
  size_t source_bytes = 100'000;
  uint32_t nesting = 250;  // of brackets, calls, conditionals and signs within each other
  uint32_t depth = 1'000;  // of the tree, which grows with chains such as a + b + c or a.b.c
};

// Parses `source`, which the tree borrows. Mistakes are added to `diagnostics`; after one, reading goes on at the next
// comma or bracket, so that one call finds several. Macros are expanded.
std::unique_ptr<Ast> Parse(std::string_view source, const ParseLimits& limits, std::vector<Diagnostic>& diagnostics);

}  // namespace penstock::expr
