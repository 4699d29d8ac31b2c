// The checker's walk over a tree. Its own header, because macros are checked in a file of their own.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "expr/ast.h"
#include "expr/diagnostic.h"
#include "expr/environment.h"
#include "expr/names.h"
#include "expr/type_solver.h"

namespace penstock::expr {

// What recurses keeps its frames small, and leaves messages to functions that do not: a tree may be a thousand nodes
// deep, and sanitizers give each local variable of a frame its own room.
class TreeChecker {
 public:
  TreeChecker(const Ast& ast, const Environment& environment, std::vector<Diagnostic>& diagnostics)
      : ast_(ast), environment_(environment), diagnostics_(diagnostics) {}

  Type Run() {
    const Type type = TypeOf(ast_.root);
    return solver_.Substitute(type, true);
  }

 private:
  Type TypeOf(NodeId id);
  Type TypeOfLiteral(const Node& node);
  Type TypeOfIdentifier(NodeId id);
  Type TypeOfSelect(NodeId id);
  Type TypeOfHas(NodeId id);
  Type TypeOfField(const Type& operand, NodeId id);
  Type TypeOfMember(const Type& type, NodeId map, std::string_view name, uint32_t offset);
  std::optional<Type> TypeOfNamedMember(NodeId id, const Type& operand);
  void CheckTexts(NodeId id, std::span<const Type> operands);
  void CheckTextsOf(const Type& type, NodeId literals);
  Type TypeOfCall(NodeId id);
  Type TypeOfOperator(NodeId id);
  Type TypeOfLogical(NodeId id);
  Type TypeOfConditional(NodeId id);
  Type TypeOfList(NodeId id);
  Type TypeOfMap(NodeId id);
  Type TypeOfKey(NodeId id);
  Type TypeOfEntry(NodeId id);
  Type TypeOfComprehension(NodeId id);
  Type TypeOfBind(NodeId id);
  Type ResultOfSteps(const Node& node, std::span<const NodeId> steps, const Type& first);
  Type EntriesType(NodeId id);
  struct Variables {
    Type first;
    Type second;
  };
  Variables VariablesOf(const Type& range, NodeId id);
  void RequireBool(NodeId id, std::string_view what);
  std::optional<Type> Resolve(std::span<const Overload> overloads, std::span<const Type> arguments);
  Type UnknownName(const Node& node, const QualifiedName& name);
  Type UnknownFunction(NodeId id);
  bool NamesNothing(NodeId id);
  bool ArgumentsStandAlone(NodeId id);
  std::vector<std::string_view> KnownNames();
  std::vector<Type> TypesOf(std::span<const NodeId> ids);
  Type ResultOfCall(NodeId id, const Callee& callee, std::span<const Type> arguments);
  Type ResultOfOperator(const Node& node, std::span<const Type> operands);
  void RequireBoolType(NodeId id, const Type& type, std::string_view what);
  Type TypeOfEither(NodeId id, std::span<const Type> values);
  Type DoesNotTake(const Node& node, const Function& function, std::span<const Type> arguments);
  std::string TextOf(const Type& type) { return TypeText(solver_.Substitute(type, true)); }
  std::string TextOf(std::span<const Type> types);
  // Help is dear to find, and of a thousand mistakes only the first few are shown.
  bool IsWorthHelp() const { return diagnostics_.size() < 100; }
  Type Report(uint32_t offset, std::string message) {
    diagnostics_.push_back({offset, std::move(message)});
    return Type::Dyn();
  }

  const Ast& ast_;
  const Environment& environment_;
  std::vector<Diagnostic>& diagnostics_;
  TypeSolver solver_;
  Locals<Type> locals_;
};

}  // namespace penstock::expr
