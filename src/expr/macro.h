// The macros of CEL: calls that become nodes of their own (cel-spec doc/langdef.md, section Macros).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "expr/tree_builder.h"

namespace penstock::expr {

// has(a.b). Nothing where `name` with so many arguments is no macro.
std::optional<NodeId> ExpandGlobalMacro(TreeBuilder& tree, std::string_view name, uint32_t offset,
                                        std::span<const NodeId> arguments);

// range.all(x, condition), exists, exists_one, existsOne, filter, map. `operands` begin with the range.
std::optional<NodeId> ExpandReceiverMacro(TreeBuilder& tree, std::string_view name, uint32_t offset,
                                          std::span<const NodeId> operands);

// How the macro `name` is written, for messages: x.all(y, condition). Empty, if there is none of that name.
std::string_view MacroForm(std::string_view name);
// For suggestions.
std::vector<std::string_view> MacroNames();

}  // namespace penstock::expr
