#include "expr/checker.h"

#include <algorithm>
#include <unordered_map>

#include "expr/macro.h"
#include "expr/operator_types.h"
#include "expr/tree_checker.h"

namespace penstock::expr {

Type TreeChecker::TypeOf(NodeId id) {
  const Node& node = ast_.node(id);
  switch (node.kind) {
    case NodeKind::kInvalid: return Type::Dyn();
    case NodeKind::kLiteral: return TypeOfLiteral(node);
    case NodeKind::kIdentifier: return TypeOfIdentifier(id);
    case NodeKind::kSelect: return TypeOfSelect(id);
    case NodeKind::kHas: return TypeOfHas(id);
    case NodeKind::kCall: return TypeOfCall(id);
    case NodeKind::kOperator: return TypeOfOperator(id);
    case NodeKind::kAnd:
    case NodeKind::kOr: return TypeOfLogical(id);
    case NodeKind::kConditional: return TypeOfConditional(id);
    case NodeKind::kList: return TypeOfList(id);
    case NodeKind::kMap: return TypeOfMap(id);
    case NodeKind::kOptionalEntry: return TypeOfEntry(id);
    case NodeKind::kComprehension: return TypeOfComprehension(id);
    case NodeKind::kBind: return TypeOfBind(id);
  }
  __builtin_unreachable();
}

Type TreeChecker::TypeOfLiteral(const Node& node) {
  switch (node.literal.kind()) {
    case ValueKind::kBool: return Type::Of(TypeKind::kBool);
    case ValueKind::kInt: return Type::Of(TypeKind::kInt);
    case ValueKind::kUint: return Type::Of(TypeKind::kUint);
    case ValueKind::kDouble: return Type::Of(TypeKind::kDouble);
    case ValueKind::kString: return Type::Of(TypeKind::kString);
    case ValueKind::kBytes: return Type::Of(TypeKind::kBytes);
    default: return Type::Of(TypeKind::kNull);
  }
}

Type TreeChecker::TypeOfIdentifier(NodeId id) {
  const Node& node = ast_.node(id);
  if (!node.global)
    if (const Type* const local = locals_.Find(node.name)) return *local;
  const std::optional<Environment::Meaning> meaning = MeaningOf(ast_, id, environment_, locals_);
  if (!meaning) return UnknownName(node, *QualifiedNameOf(ast_, id));
  return meaning->variable ? environment_.variables()[*meaning->variable].type : Type::TypeOf(*meaning->type);
}

std::vector<std::string_view> TreeChecker::KnownNames() {
  std::vector<std::string_view> known = environment_.KnownNames();
  for (const auto& [local, type] : locals_.all()) known.push_back(local);
  return known;
}

Type TreeChecker::UnknownName(const Node& node, const QualifiedName& name) {
  const std::string nearest = IsWorthHelp() ? Suggestion(name.first, KnownNames()) : "";
  const std::string quoted = "; a text is written '\"" + std::string(name.first) + "\"'";
  return Report(node.offset, "unknown name '" + std::string(name.first) + "'" + (nearest.empty() ? quoted : nearest));
}

Type TreeChecker::TypeOfSelect(NodeId id) {
  if (const auto meaning = MeaningOf(ast_, id, environment_, locals_))
    return meaning->variable ? environment_.variables()[*meaning->variable].type : Type::TypeOf(*meaning->type);
  return TypeOfField(TypeOf(ast_.Child(id, 0)), id);
}

Type TreeChecker::TypeOfHas(NodeId id) {
  TypeOfField(TypeOf(ast_.Child(id, 0)), id);
  return Type::Of(TypeKind::kBool);
}

// Of a field of `operand`: optional, where the operand is or the selection says so.
Type TreeChecker::TypeOfField(const Type& operand, NodeId id) {
  const Node& node = ast_.node(id);
  Type type = solver_.Substitute(operand, false);
  const bool optional = node.optional || type.is_optional();
  if (type.is_optional()) type = solver_.Substitute(type.parameters[0], false);
  Type field = Type::Dyn();
  if (type.Is(TypeKind::kMap)) {
    field = TypeOfMember(type, ast_.Child(id, 0), node.name, node.offset);
  } else if (type.Is(TypeKind::kParameter)) {
    solver_.Assign(Type::Dyn(), type);
  } else if (!type.Is(TypeKind::kDyn)) {
    Report(node.offset, "cannot take the field '" + std::string(node.name) + "' of " + TextOf(type));
  }
  return optional ? Type::Optional(field) : field;
}

std::string TreeChecker::TextOf(std::span<const Type> types) {
  std::string text;
  for (size_t i = 0; i < types.size(); ++i) text += (i == 0 ? "" : ", ") + TextOf(types[i]);
  return text;
}

// The result of the overloads that take the arguments: dyn, where several do and differ.
std::optional<Type> TreeChecker::Resolve(std::span<const Overload> overloads, std::span<const Type> arguments) {
  std::optional<Type> result;
  for (const Overload& overload : overloads) {
    if (overload.parameters.size() != arguments.size()) continue;
    std::unordered_map<std::string, Type> names;
    std::vector<Type> parameters;
    for (const Type& parameter : overload.parameters) parameters.push_back(solver_.Instantiate(parameter, names));
    const Type candidate = solver_.Instantiate(overload.result, names);
    if (!solver_.AssignAll(arguments, parameters)) continue;
    const Type type = solver_.Substitute(candidate, false);
    if (!result) {
      result = type;
    } else if (*result != type) {
      result = Type::Dyn();
    }
  }
  return result;
}

// Whether the node is a name that nothing has, nor nearly: the namespace of a function rather than a variable.
bool TreeChecker::NamesNothing(NodeId id) {
  const Node& node = ast_.node(id);
  if (node.kind != NodeKind::kIdentifier || node.global || locals_.Find(node.name) != nullptr) return false;
  return !environment_.FindName(node.name, false) && NearestName(node.name, KnownNames()).empty();
}

Type TreeChecker::UnknownFunction(NodeId id) {
  if (!IsWorthHelp()) return Report(ast_.node(id).offset, "unknown function");
  const Node& node = ast_.node(id);
  const std::string name(node.name);
  if (const std::string_view form = MacroForm(name); !form.empty())
    return Report(node.offset, "'" + name + "' is written " + std::string(form));
  const bool other_style = environment_.FindFunction(node.name, !node.receiver, false) != nullptr;
  if (other_style)
    return Report(node.offset, node.receiver ? "'" + name + "' is called as " + name + "(x)"
                                             : "'" + name + "' is called as x." + name + "(..)");
  if (node.receiver && NamesNothing(ast_.Child(id, 0)))
    return Report(ast_.node(ast_.Child(id, 0)).offset,
                  "unknown function '" + std::string(ast_.node(ast_.Child(id, 0)).name) + "." + name + "'");
  std::vector<std::string_view> known = environment_.KnownFunctions();
  for (const std::string_view macro : MacroNames()) known.push_back(macro);
  const std::string nearest = Suggestion(name, known);
  return Report(node.offset, "unknown function '" + name + "'" + nearest);
}

// Whether the mistakes in the arguments of a function that nobody knows are worth reporting: not where they are of a
// macro, whose variable nobody knows either, nor where they belong to the function's own name.
bool TreeChecker::ArgumentsStandAlone(NodeId id) {
  if (!IsWorthHelp()) return true;
  const Node& node = ast_.node(id);
  std::vector<std::string_view> known = environment_.KnownFunctions();
  for (const std::string_view macro : MacroNames()) known.push_back(macro);
  if (!MacroForm(node.name).empty() || !MacroForm(NearestName(node.name, known)).empty()) return false;
  return !node.receiver || !NamesNothing(ast_.Child(id, 0));
}

namespace {

// What a function takes, for a message: (string, string) or (timestamp).
std::string ParametersText(const Function& function) {
  constexpr size_t kShownMax = 6;
  TypeSolver nothing_known;
  std::string text;
  for (size_t i = 0; i < std::min(function.overloads.size(), kShownMax); ++i) {
    const bool last = i + 1 == function.overloads.size();
    std::string parameters;
    for (const Type& parameter : function.overloads[i].parameters)
      parameters += (parameters.empty() ? "" : ", ") + TypeText(nothing_known.Substitute(parameter, true));
    text += (i == 0 ? "(" : last ? " or (" : ", (") + parameters + ")";
  }
  return text + (function.overloads.size() > kShownMax ? " .." : "");
}

}  // namespace

Type TreeChecker::DoesNotTake(const Node& node, const Function& function, std::span<const Type> arguments) {
  return Report(node.offset, "'" + function.name + "' does not take (" + TextOf(arguments) + "); it takes " +
                                 ParametersText(function));
}

std::vector<Type> TreeChecker::TypesOf(std::span<const NodeId> ids) {
  std::vector<Type> types;
  for (const NodeId id : ids) types.push_back(TypeOf(id));
  return types;
}

Type TreeChecker::TypeOfCall(NodeId id) {
  const Callee callee = CalleeOf(ast_, id, environment_, locals_);
  std::span<const NodeId> children = ast_.ChildrenOf(id);
  if (callee.function == nullptr && !ArgumentsStandAlone(id)) children = {};
  const bool name_only = callee.function != nullptr && ast_.node(id).receiver && !callee.first_is_target;
  return ResultOfCall(id, callee, TypesOf(children.subspan(name_only ? 1 : 0)));
}

Type TreeChecker::ResultOfCall(NodeId id, const Callee& callee, std::span<const Type> arguments) {
  if (callee.function == nullptr) return UnknownFunction(id);
  if (const std::optional<Type> result = Resolve(callee.function->overloads, arguments)) return *result;
  return DoesNotTake(ast_.node(id), *callee.function, arguments);
}

namespace {

bool IsNumber(const Type& type) {
  return type.Is(TypeKind::kInt) || type.Is(TypeKind::kUint) || type.Is(TypeKind::kDouble);
}

// What to do about an operator that does not take its operands.
std::string OperatorAdvice(Operator op, std::span<const Type> operands) {
  if (operands.size() != 2) return {};
  const bool text = operands[0].Is(TypeKind::kString) || operands[1].Is(TypeKind::kString);
  if (IsNumber(operands[0]) && IsNumber(operands[1]) && op != Operator::kIn)
    return op == Operator::kModulo ? "; convert one of them, as in int(x)" : "; convert one of them, as in double(x)";
  if (op == Operator::kAdd && text) return "; convert the other, as in string(x)";
  if (op == Operator::kIn && operands[1].Is(TypeKind::kString)) return "; write x.contains(y)";
  return {};
}

}  // namespace

Type TreeChecker::TypeOfOperator(NodeId id) {
  const std::vector<Type> operands = TypesOf(ast_.ChildrenOf(id));
  CheckTexts(id, operands);
  if (const std::optional<Type> member = TypeOfNamedMember(id, operands[0])) return *member;
  return ResultOfOperator(ast_.node(id), operands);
}

Type TreeChecker::ResultOfOperator(const Node& node, std::span<const Type> operands) {
  if (const std::optional<Type> result = Resolve(OperatorOverloads(node.op), operands)) return *result;
  std::vector<Type> known;
  for (const Type& operand : operands) known.push_back(solver_.Substitute(operand, true));
  const std::string types = known.size() == 1 ? TextOf(known) : "(" + TextOf(known) + ")";
  const bool equality = node.op == Operator::kEqual || node.op == Operator::kNotEqual;
  const std::string advice = equality ? "; convert one of them, or wrap it in dyn()" : OperatorAdvice(node.op, known);
  return Report(node.offset, "'" + std::string(OperatorText(node.op)) + "' does not take " + types + advice);
}

void TreeChecker::RequireBool(NodeId id, std::string_view what) { RequireBoolType(id, TypeOf(id), what); }

void TreeChecker::RequireBoolType(NodeId id, const Type& type, std::string_view what) {
  if (solver_.Assign(type, Type::Of(TypeKind::kBool))) return;
  Report(ast_.node(id).offset, std::string(what) + " must be a bool, and is " + TextOf(type));
}

Type TreeChecker::TypeOfLogical(NodeId id) {
  const bool is_and = ast_.node(id).kind == NodeKind::kAnd;
  for (const NodeId child : ast_.ChildrenOf(id))
    RequireBool(child, is_and ? "an operand of '&&'" : "an operand of '||'");
  return Type::Of(TypeKind::kBool);
}

Type TreeChecker::TypeOfConditional(NodeId id) {
  RequireBool(ast_.Child(id, 0), "the condition before '?'");
  return TypeOfEither(id, TypesOf(ast_.ChildrenOf(id).subspan(1)));
}

Type TreeChecker::TypeOfEither(NodeId id, std::span<const Type> values) {
  const Type result = solver_.NewParameter();
  const bool agree = solver_.Assign(values[0], result) && solver_.Assign(values[1], result);
  if (agree) return solver_.Substitute(result, false);
  return Report(ast_.node(id).offset, "the two values of '?:' are of different types, " + TextOf(values[0]) + " and " +
                                          TextOf(values[1]) + "; wrap one of them in dyn()");
}

// Of a list's element or a map's key or value; of an optional one, what it holds.
Type TreeChecker::TypeOfEntry(NodeId id) {
  const Node& node = ast_.node(id);
  if (node.kind != NodeKind::kOptionalEntry) return TypeOf(id);
  const Type type = TypeOf(ast_.Child(id, 0));
  const Type held = solver_.NewParameter();
  if (!solver_.Assign(type, Type::Optional(held)))
    return Report(node.offset, "an element after '?' must be an optional, and is " + TextOf(type));
  return solver_.Substitute(held, false);
}

Type TreeChecker::TypeOfList(NodeId id) {
  std::optional<Type> element;
  for (const NodeId child : ast_.ChildrenOf(id)) {
    const Type type = TypeOfEntry(child);
    element = element ? solver_.Join(*element, type) : type;
  }
  return Type::List(element ? *element : solver_.NewParameter());
}

// Keys have few types. One of which nothing is known is dyn: were it free, maps as keys of maps could be built of types
// that double with each level.
Type TreeChecker::TypeOfKey(NodeId id) {
  const Type type = solver_.Substitute(TypeOf(id), false);
  switch (type.kind) {
    case TypeKind::kDyn:
    case TypeKind::kBool:
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kString: return type;
    case TypeKind::kParameter: solver_.Assign(Type::Dyn(), type); return Type::Dyn();
    default: return Report(ast_.node(id).offset, "a map's key is a string, int, uint or bool, and not " + TextOf(type));
  }
}

Type TreeChecker::TypeOfMap(NodeId id) {
  std::optional<Type> key;
  std::optional<Type> value;
  const std::span<const NodeId> children = ast_.ChildrenOf(id);
  for (size_t i = 0; i < children.size(); i += 2) {
    const bool optional = ast_.node(children[i]).kind == NodeKind::kOptionalEntry;
    const Type key_type = TypeOfKey(optional ? ast_.Child(children[i], 0) : children[i]);
    Type value_type = TypeOf(children[i + 1]);
    if (optional) {
      const Type held = solver_.NewParameter();
      if (!solver_.Assign(value_type, Type::Optional(held)))
        Report(ast_.node(children[i + 1]).offset,
               "the value of an entry after '?' must be an optional, and is " + TextOf(value_type));
      value_type = solver_.Substitute(held, false);
    }
    key = key ? solver_.Join(*key, key_type) : key_type;
    value = value ? solver_.Join(*value, value_type) : value_type;
  }
  return Type::Map(key ? *key : solver_.NewParameter(), value ? *value : solver_.NewParameter());
}

Type Check(const Ast& ast, const Environment& environment, std::vector<Diagnostic>& diagnostics) {
  return TreeChecker(ast, environment, diagnostics).Run();
}

}  // namespace penstock::expr
