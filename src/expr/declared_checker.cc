// The checker's part of what is declared: members of maps, and texts that a string may be.
#include "expr/declared.h"
#include "expr/member_types.h"
#include "expr/tree_checker.h"

namespace penstock::expr {

// Of a member of the map that `map` gives.
Type TreeChecker::TypeOfMember(const Type& type, NodeId map, std::string_view name, uint32_t offset) {
  if (type.members == nullptr) return type.parameters[1];
  const std::optional<QualifiedName> text = QualifiedNameOf(ast_, map);
  if (std::optional<Diagnostic> found = CheckMember(type, text ? text->text : std::string(), name)) {
    found->offset = offset;
    diagnostics_.push_back(*std::move(found));
  }
  return MemberType(type, name).value_or(Type::Dyn());
}

// Of map["name"].
std::optional<Type> TreeChecker::TypeOfNamedMember(NodeId id, const Type& operand) {
  if (!ast_.IsOperator(id, Operator::kIndex)) return std::nullopt;
  const Type type = solver_.Substitute(operand, false);
  const Node& name = ast_.node(ast_.Child(id, 1));
  const bool named = name.kind == NodeKind::kLiteral && name.literal.Is(ValueKind::kString);
  if (type.members == nullptr || !named) return std::nullopt;
  return TypeOfMember(type, ast_.Child(id, 0), name.literal.text(), name.offset);
}

// Of comparisons with literals that declarations rule out.
void TreeChecker::CheckTexts(NodeId id, std::span<const Type> operands) {
  const Operator op = ast_.node(id).op;
  if (op != Operator::kEqual && op != Operator::kNotEqual && op != Operator::kIn) return;
  CheckTextsOf(solver_.Substitute(operands[0], false), ast_.Child(id, 1));
  if (op != Operator::kIn) CheckTextsOf(solver_.Substitute(operands[1], false), ast_.Child(id, 0));
}

void TreeChecker::CheckTextsOf(const Type& type, NodeId literals) {
  if (type.texts == nullptr) return;
  const auto check = [&](NodeId id) {
    const Node& node = ast_.node(id);
    if (node.kind != NodeKind::kLiteral || !node.literal.Is(ValueKind::kString)) return;
    if (std::optional<Diagnostic> found = CheckText(type, node.literal.text())) {
      found->offset = node.offset;
      diagnostics_.push_back(*std::move(found));
    }
  };
  check(literals);
  if (ast_.node(literals).kind == NodeKind::kList)
    for (const NodeId element : ast_.ChildrenOf(literals)) check(element);
}

}  // namespace penstock::expr
