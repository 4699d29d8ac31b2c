#include "expr/path.h"

namespace penstock::expr {
namespace {

// The field that the last step of a chain takes.
std::optional<std::string_view> LastField(const Ast& ast, NodeId id) {
  const Node& node = ast.node(id);
  if (node.kind == NodeKind::kSelect && !node.optional) return node.name;
  if (node.kind != NodeKind::kOperator || node.op != Operator::kIndex) return std::nullopt;
  const Node& index = ast.node(ast.Child(id, 1));
  if (index.kind != NodeKind::kLiteral || !index.literal.Is(ValueKind::kString)) return std::nullopt;
  return index.literal.text();
}

}  // namespace

std::optional<Path> PathOf(const Ast& ast, NodeId id, Environment& environment, const Locals<uint32_t>& locals) {
  if (const auto meaning = MeaningOf(ast, id, environment, locals)) {
    if (!meaning->variable) return std::nullopt;
    return Path{true, *meaning->variable};
  }
  const std::optional<std::string_view> field = LastField(ast, id);
  if (!field) return std::nullopt;
  const std::optional<Path> parent = PathOf(ast, ast.Child(id, 0), environment, locals);
  if (!parent) return std::nullopt;
  return Path{false, environment.SlotFor(parent->variable, parent->number, *field)};
}

}  // namespace penstock::expr
