// The types of macros.
#include "expr/tree_checker.h"

namespace penstock::expr {
namespace {

using enum ComprehensionKind;

bool HasCondition(ComprehensionKind kind) { return kind != kMap && kind != kTransformMap && kind != kTransformEntry; }

}  // namespace

// What the macro's variables take from its range: a list's elements or a map's keys; of two variables a position and an
// element, or a key and a value.
TreeChecker::Variables TreeChecker::VariablesOf(const Type& range, NodeId id) {
  const bool pair = !ast_.node(id).second_name.empty();
  const Type type = solver_.Substitute(range, false);
  if (type.Is(TypeKind::kMap)) return {type.parameters[0], type.parameters[1]};
  if (type.Is(TypeKind::kList) && pair) return {Type::Of(TypeKind::kInt), type.parameters[0]};
  if (type.Is(TypeKind::kList)) return {type.parameters[0], Type::Dyn()};
  if (type.Is(TypeKind::kParameter)) solver_.Assign(Type::Dyn(), type);
  if (!type.Is(TypeKind::kDyn) && !type.Is(TypeKind::kParameter))
    Report(ast_.node(id).offset, "this macro goes over a list or a map, and not over " + TextOf(type));
  return {Type::Dyn(), Type::Dyn()};
}

Type TreeChecker::TypeOfComprehension(NodeId id) {
  const Node& node = ast_.node(id);
  const std::span<const NodeId> children = ast_.ChildrenOf(id);
  const Variables variables = VariablesOf(TypeOf(children[0]), id);
  const bool pair = !node.second_name.empty();
  locals_.Push(node.name, variables.first);
  if (pair) locals_.Push(node.second_name, variables.second);
  const Type result = ResultOfSteps(node, children.subspan(1), variables.first);
  if (pair) locals_.Pop();
  locals_.Pop();
  return result;
}

Type TreeChecker::ResultOfSteps(const Node& node, std::span<const NodeId> steps, const Type& first) {
  if (HasCondition(node.comprehension)) RequireBool(steps[0], "the condition of a macro");
  switch (node.comprehension) {
    case kFilter: return Type::List(first);
    case kMap:
    case kFilterMap: return Type::List(TypeOf(steps.back()));
    case kTransformMap:
    case kFilterTransformMap: return Type::Map(first, TypeOf(steps.back()));
    case kTransformEntry:
    case kFilterTransformEntry: return EntriesType(steps.back());
    default: return Type::Of(TypeKind::kBool);
  }
}

// Of a map whose entries a macro collects.
Type TreeChecker::EntriesType(NodeId id) {
  const Type type = TypeOf(id);
  const Type key = solver_.NewParameter();
  const Type value = solver_.NewParameter();
  if (solver_.Assign(type, Type::Map(key, value))) return solver_.Substitute(Type::Map(key, value), false);
  return Report(ast_.node(id).offset, "what is collected must be a map, and is " + TextOf(type));
}

Type TreeChecker::TypeOfBind(NodeId id) {
  const Type value = TypeOf(ast_.Child(id, 0));
  locals_.Push(ast_.node(id).name, value);
  const Type body = TypeOf(ast_.Child(id, 1));
  locals_.Pop();
  return body;
}

}  // namespace penstock::expr
