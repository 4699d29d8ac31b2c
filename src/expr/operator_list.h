// What the operators are for, and how they are written.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "expr/ast.h"
#include "expr/example.h"

namespace penstock::expr {

struct OperatorDescription {
  std::string_view form;       // x + y
  std::optional<Operator> op;  // whose overloads are the operator's types; none of those that are no functions
  std::string_view summary;
  std::vector<Example> examples;
};

// All, from those that bind tightest to those that bind loosest.
std::span<const OperatorDescription> OperatorDescriptions();

}  // namespace penstock::expr
