// What the names in an expression mean.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "expr/ast.h"
#include "expr/environment.h"

namespace penstock::expr {

// Variables of the macros around a place in the tree, from the outside in. `Info` is what the walker keeps of each.
template <typename Info>
class Locals {
 public:
  // The innermost of that name, or null.
  const Info* Find(std::string_view name) const {
    for (auto local = locals_.rbegin(); local != locals_.rend(); ++local)
      if (local->first == name) return &local->second;
    return nullptr;
  }
  void Push(std::string_view name, Info info) { locals_.emplace_back(name, std::move(info)); }
  void Pop() { locals_.pop_back(); }
  const std::vector<std::pair<std::string_view, Info>>& all() const { return locals_; }

 private:
  std::vector<std::pair<std::string_view, Info>> locals_;
};

// A name with dots, as a chain of selections spells it: a.b.c.
struct QualifiedName {
  std::string text;
  std::string_view first;
  bool global;
};

// Chains with more parts name nothing: without a bound, looking at every end of a chain of a thousand fields would take
// its length squared.
constexpr size_t kNamePartsMax = 8;

// Whether the node is a chain of at most so many names.
inline bool SpellsName(const Ast& ast, NodeId id) {
  for (size_t parts = 1; parts <= kNamePartsMax; ++parts) {
    const Node& node = ast.node(id);
    if (node.kind == NodeKind::kIdentifier) return true;
    if (node.kind != NodeKind::kSelect || node.optional) return false;
    id = ast.Child(id, 0);
  }
  return false;
}

// Nothing where the node is not such a chain.
inline std::optional<QualifiedName> QualifiedNameOf(const Ast& ast, NodeId id) {
  if (!SpellsName(ast, id)) return std::nullopt;
  const Node& node = ast.node(id);
  if (node.kind == NodeKind::kIdentifier) return QualifiedName{std::string(node.name), node.name, node.global};
  std::optional<QualifiedName> name = QualifiedNameOf(ast, ast.Child(id, 0));
  if (name) name->text += "." + std::string(node.name);
  return name;
}

// What a chain means as a whole: a variable or type with that very name. A macro's variable hides those that begin with
// its name.
template <typename Info>
std::optional<Environment::Meaning> MeaningOf(const Ast& ast, NodeId id, const Environment& environment,
                                              const Locals<Info>& locals) {
  const std::optional<QualifiedName> name = QualifiedNameOf(ast, id);
  if (!name || (!name->global && locals.Find(name->first) != nullptr)) return std::nullopt;
  return environment.FindName(name->text, name->global);
}

// The function that a call names: f(x), x.f(y), or with a qualified name that looks like a receiver, math.greatest(x).
struct Callee {
  const Function* function = nullptr;
  bool first_is_target = false;  // the first child is an argument, not part of the name
};
template <typename Info>
Callee CalleeOf(const Ast& ast, NodeId id, const Environment& environment, const Locals<Info>& locals) {
  const Node& node = ast.node(id);
  if (!node.receiver) return {environment.FindFunction(node.name, false, node.global), false};
  const std::optional<QualifiedName> target = QualifiedNameOf(ast, ast.Child(id, 0));
  if (target && (target->global || locals.Find(target->first) == nullptr)) {
    const std::string qualified = target->text + "." + std::string(node.name);
    if (const Function* found = environment.FindFunction(qualified, false, target->global)) return {found, false};
  }
  return {environment.FindFunction(node.name, true, false), true};
}

}  // namespace penstock::expr
