// Paths into variables, such as event.user.id, which all expressions of a plan share.
#pragma once

#include <cstdint>
#include <optional>

#include "expr/ast.h"
#include "expr/environment.h"
#include "expr/names.h"

namespace penstock::expr {

// A variable, or a slot below one.
struct Path {
  bool variable;
  uint32_t number;
};

// The path that a node spells as a chain of fields, or of indexes that are string literals; nothing where it does not
// begin with a variable. Adds the slots it needs to `environment`.
std::optional<Path> PathOf(const Ast& ast, NodeId id, Environment& environment, const Locals<uint32_t>& locals);

}  // namespace penstock::expr
