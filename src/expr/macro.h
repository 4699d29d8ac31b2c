// The macros of CEL: calls that become nodes of their own (cel-spec doc/langdef.md, section Macros).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "expr/example.h"
#include "expr/tree_builder.h"

namespace penstock::expr {

struct Macro;

struct MacroCall {
  const Macro& macro;
  uint32_t offset;
  std::span<const NodeId> operands;  // what stands before the dot, if it is a value, and the arguments
};

// One form of a macro. Everything it names has static storage.
struct Macro {
  std::string_view name;  // `all`; `cel.bind`, where a namespace and not a value stands before the dot
  bool receiver;          // called as x.name(..)
  size_t operands;
  bool more;  // there may be more operands than that
  NodeId (*expand)(TreeBuilder& tree, const MacroCall& call);
  std::string_view form;  // for messages and the reference: x.all(y, condition)
  std::string_view summary;
  std::vector<Example> examples;
};

// All, in the order of the reference.
const std::vector<Macro>& Macros();

// has(a.b). Nothing where `name` with so many arguments is no macro.
std::optional<NodeId> ExpandGlobalMacro(TreeBuilder& tree, std::string_view name, uint32_t offset,
                                        std::span<const NodeId> arguments);

// range.all(x, condition), cel.bind(x, value, body) .. `operands` begin with what stands before the dot.
std::optional<NodeId> ExpandReceiverMacro(TreeBuilder& tree, std::string_view name, uint32_t offset,
                                          std::span<const NodeId> operands);

// How the macro `name` (without a namespace) is written, for messages: x.all(y, condition). Empty, if there is none of
// that name.
std::string_view MacroForm(std::string_view name);
// For suggestions, without namespaces.
std::vector<std::string_view> MacroNames();

}  // namespace penstock::expr
