// What macros become. Each takes a call with as many operands as its macro has.
#pragma once

#include "expr/macro.h"

namespace penstock::expr {

// has(a.b)
NodeId ExpandHas(TreeBuilder& tree, const MacroCall& call);

// A comprehension over operand 0: its variables are the operands after it, and its steps the others.
NodeId ExpandComprehension(TreeBuilder& tree, const MacroCall& call, ComprehensionKind kind, size_t variables);

template <ComprehensionKind kind, size_t variables>
NodeId Comprehend(TreeBuilder& tree, const MacroCall& call) {
  return ExpandComprehension(tree, call, kind, variables);
}

// cel.bind(x, value, body)
NodeId ExpandBind(TreeBuilder& tree, const MacroCall& call);

// optional.optMap(x, value) and optional.optFlatMap(x, optional)
NodeId ExpandOptionalMap(TreeBuilder& tree, const MacroCall& call);
NodeId ExpandOptionalFlatMap(TreeBuilder& tree, const MacroCall& call);

// list.sortBy(x, key)
NodeId ExpandSortBy(TreeBuilder& tree, const MacroCall& call);

// f(x, y, ..), where the function of the macro's name takes a list.
NodeId ExpandToList(TreeBuilder& tree, const MacroCall& call);

}  // namespace penstock::expr
