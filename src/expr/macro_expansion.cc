#include "expr/macro_expansion.h"

#include <string>

#include "expr/functions/ordering.h"

namespace penstock::expr {
namespace {

// Names that nobody can write, for values that an expansion needs more than once.
constexpr std::string_view kOptional = "@optional";
constexpr std::string_view kList = "@list";

// Whether a name stands where a variable is declared. If not, that is reported, and `fault` stands in the macro's
// place.
bool IsVariable(TreeBuilder& tree, const MacroCall& call, NodeId id, NodeId& fault) {
  const Node variable = tree.ast().node(id);
  if (variable.kind == NodeKind::kIdentifier && !variable.global) return true;
  fault = variable.kind == NodeKind::kInvalid
              ? tree.Invalid(call.offset)
              : tree.Report(variable.offset, "expected the name of a variable, as in " + std::string(call.macro.form));
  return false;
}

NodeId Name(TreeBuilder& tree, std::string_view name, uint32_t offset) {
  return tree.Add({.kind = NodeKind::kIdentifier, .offset = offset, .name = name}, {});
}

NodeId Call(TreeBuilder& tree, std::string_view name, uint32_t offset, std::initializer_list<NodeId> arguments) {
  return tree.Add({.kind = NodeKind::kCall, .offset = offset, .name = name}, arguments);
}

NodeId ReceiverCall(TreeBuilder& tree, std::string_view name, uint32_t offset, NodeId target) {
  return tree.Add({.kind = NodeKind::kCall, .receiver = true, .offset = offset, .name = name}, {target});
}

NodeId Bind(TreeBuilder& tree, std::string_view name, uint32_t offset, NodeId value, NodeId body) {
  return tree.Add({.kind = NodeKind::kBind, .offset = offset, .name = name}, {value, body});
}

// What operand 2 makes of what the optional holds, as an optional (`wrap`) or as one already; else none.
NodeId MapOptional(TreeBuilder& tree, const MacroCall& call, bool wrap) {
  const uint32_t offset = call.offset;
  NodeId fault = 0;
  if (!IsVariable(tree, call, call.operands[1], fault)) return fault;
  const std::string_view variable = tree.ast().node(call.operands[1]).name;
  const NodeId value = ReceiverCall(tree, "value", offset, Name(tree, kOptional, offset));
  const NodeId bound = Bind(tree, variable, offset, value, call.operands[2]);
  const NodeId result = wrap ? Call(tree, "optional.of", offset, {bound}) : bound;
  const NodeId present = ReceiverCall(tree, "hasValue", offset, Name(tree, kOptional, offset));
  const NodeId none = Call(tree, "optional.none", offset, {});
  const NodeId choice = tree.Add({.kind = NodeKind::kConditional, .offset = offset}, {present, result, none});
  return Bind(tree, kOptional, offset, call.operands[0], choice);
}

}  // namespace

NodeId ExpandHas(TreeBuilder& tree, const MacroCall& call) {
  const Ast& ast = tree.ast();
  const Node& argument = ast.node(call.operands[0]);
  if (argument.kind == NodeKind::kInvalid) return tree.Invalid(call.offset);
  if (argument.kind != NodeKind::kSelect || argument.optional)
    return tree.Report(argument.offset, "has() takes a field, as in has(event.amount)");
  return tree.Add({.kind = NodeKind::kHas, .offset = argument.offset, .name = argument.name},
                  {ast.Child(call.operands[0], 0)});
}

NodeId ExpandComprehension(TreeBuilder& tree, const MacroCall& call, ComprehensionKind kind, size_t variables) {
  NodeId fault = 0;
  for (size_t i = 1; i <= variables; ++i)
    if (!IsVariable(tree, call, call.operands[i], fault)) return fault;
  const std::string_view first = tree.ast().node(call.operands[1]).name;
  const std::string_view second = variables > 1 ? tree.ast().node(call.operands[2]).name : std::string_view();
  if (first == second)
    return tree.Report(tree.ast().node(call.operands[2]).offset,
                       "the two variables of a macro have different names, as in " + std::string(call.macro.form));
  std::vector<NodeId> children(call.operands.begin(), call.operands.end());
  children.erase(children.begin() + 1, children.begin() + 1 + static_cast<std::ptrdiff_t>(variables));
  return tree.Add({.kind = NodeKind::kComprehension,
                   .comprehension = kind,
                   .offset = call.offset,
                   .name = first,
                   .second_name = second},
                  children);
}

NodeId ExpandBind(TreeBuilder& tree, const MacroCall& call) {
  NodeId fault = 0;
  if (!IsVariable(tree, call, call.operands[0], fault)) return fault;
  return Bind(tree, tree.ast().node(call.operands[0]).name, call.offset, call.operands[1], call.operands[2]);
}

NodeId ExpandOptionalMap(TreeBuilder& tree, const MacroCall& call) { return MapOptional(tree, call, true); }
NodeId ExpandOptionalFlatMap(TreeBuilder& tree, const MacroCall& call) { return MapOptional(tree, call, false); }

NodeId ExpandSortBy(TreeBuilder& tree, const MacroCall& call) {
  const NodeId operands[] = {Name(tree, kList, call.offset), call.operands[1], call.operands[2]};
  const NodeId keys = ExpandComprehension(tree, {call.macro, call.offset, operands}, ComprehensionKind::kMap, 1);
  const NodeId sorted = Call(tree, kSortWithKeys, call.offset, {Name(tree, kList, call.offset), keys});
  return Bind(tree, kList, call.offset, call.operands[0], sorted);
}

NodeId ExpandToList(TreeBuilder& tree, const MacroCall& call) {
  const NodeId list = tree.Add({.kind = NodeKind::kList, .offset = call.offset}, call.operands);
  return Call(tree, call.macro.name, call.offset, {list});
}

}  // namespace penstock::expr
