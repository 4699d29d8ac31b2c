#include "expr/macro.h"

#include <array>
#include <string>
#include <vector>

namespace penstock::expr {
namespace {

struct ReceiverMacro {
  std::string_view name;
  size_t arguments;
  ComprehensionKind kind;
  std::string_view form;
};
constexpr std::array kReceiverMacros = {
    ReceiverMacro{"all", 2, ComprehensionKind::kAll, "x.all(y, condition)"},
    ReceiverMacro{"exists", 2, ComprehensionKind::kExists, "x.exists(y, condition)"},
    ReceiverMacro{"exists_one", 2, ComprehensionKind::kExistsOne, "x.exists_one(y, condition)"},
    ReceiverMacro{"existsOne", 2, ComprehensionKind::kExistsOne, "x.existsOne(y, condition)"},
    ReceiverMacro{"filter", 2, ComprehensionKind::kFilter, "x.filter(y, condition)"},
    ReceiverMacro{"map", 2, ComprehensionKind::kMap, "x.map(y, value)"},
    ReceiverMacro{"map", 3, ComprehensionKind::kFilterMap, "x.map(y, condition, value)"},
};

}  // namespace

std::optional<NodeId> ExpandGlobalMacro(TreeBuilder& tree, std::string_view name, uint32_t offset,
                                        std::span<const NodeId> arguments) {
  if (name != "has" || arguments.size() != 1) return std::nullopt;
  const Ast& ast = tree.ast();
  const Node& argument = ast.node(arguments[0]);
  if (argument.kind == NodeKind::kInvalid) return tree.Invalid(offset);
  if (argument.kind != NodeKind::kSelect || argument.optional)
    return tree.Report(argument.offset, "has() takes a field, as in has(event.amount)");
  return tree.Add({.kind = NodeKind::kHas, .offset = argument.offset, .name = argument.name},
                  {ast.Child(arguments[0], 0)});
}

std::optional<NodeId> ExpandReceiverMacro(TreeBuilder& tree, std::string_view name, uint32_t offset,
                                          std::span<const NodeId> operands) {
  for (const ReceiverMacro& macro : kReceiverMacros) {
    if (macro.name != name || macro.arguments + 1 != operands.size()) continue;
    const Node variable = tree.ast().node(operands[1]);
    if (variable.kind == NodeKind::kInvalid) return tree.Invalid(offset);
    if (variable.kind != NodeKind::kIdentifier || variable.global)
      return tree.Report(variable.offset, "expected the name of a variable, as in " + std::string(macro.form));
    std::vector<NodeId> children(operands.begin(), operands.end());
    children.erase(children.begin() + 1);
    return tree.Add(
        {.kind = NodeKind::kComprehension, .comprehension = macro.kind, .offset = offset, .name = variable.name},
        children);
  }
  return std::nullopt;
}

std::string_view MacroForm(std::string_view name) {
  if (name == "has") return "has(x.field)";
  for (const ReceiverMacro& macro : kReceiverMacros)
    if (macro.name == name) return macro.form;
  return {};
}

std::vector<std::string_view> MacroNames() {
  std::vector<std::string_view> names = {"has"};
  for (const ReceiverMacro& macro : kReceiverMacros) names.push_back(macro.name);
  return names;
}

}  // namespace penstock::expr
