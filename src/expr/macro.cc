#include "expr/macro.h"

#include <algorithm>

namespace penstock::expr {
namespace {

std::string_view LastPart(std::string_view name) { return name.substr(name.rfind('.') + 1); }

bool Takes(const Macro& macro, size_t operands) {
  return macro.more ? operands >= macro.operands : operands == macro.operands;
}

// Whether the call is written `namespace.name(..)`, as the macro's name is.
bool IsQualifiedCall(const Ast& ast, const Macro& macro, NodeId target, std::string_view name) {
  const Node& node = ast.node(target);
  if (macro.receiver || node.kind != NodeKind::kIdentifier || LastPart(macro.name) != name) return false;
  return macro.name.size() == node.name.size() + 1 + name.size() && macro.name.starts_with(node.name);
}

}  // namespace

std::optional<NodeId> ExpandGlobalMacro(TreeBuilder& tree, std::string_view name, uint32_t offset,
                                        std::span<const NodeId> arguments) {
  for (const Macro& macro : Macros())
    if (!macro.receiver && macro.name == name && Takes(macro, arguments.size()))
      return macro.expand(tree, {macro, offset, arguments});
  return std::nullopt;
}

std::optional<NodeId> ExpandReceiverMacro(TreeBuilder& tree, std::string_view name, uint32_t offset,
                                          std::span<const NodeId> operands) {
  for (const Macro& macro : Macros()) {
    if (macro.receiver && macro.name == name && Takes(macro, operands.size()))
      return macro.expand(tree, {macro, offset, operands});
    const std::span<const NodeId> arguments = operands.subspan(1);
    if (IsQualifiedCall(tree.ast(), macro, operands[0], name) && Takes(macro, arguments.size()))
      return macro.expand(tree, {macro, offset, arguments});
  }
  return std::nullopt;
}

std::string_view MacroForm(std::string_view name) {
  const std::vector<Macro>& macros = Macros();
  const auto found =
      std::find_if(macros.begin(), macros.end(), [name](const Macro& macro) { return LastPart(macro.name) == name; });
  return found == macros.end() ? std::string_view() : found->form;
}

std::vector<std::string_view> MacroNames() {
  std::vector<std::string_view> names;
  for (const Macro& macro : Macros()) names.push_back(LastPart(macro.name));
  return names;
}

}  // namespace penstock::expr
