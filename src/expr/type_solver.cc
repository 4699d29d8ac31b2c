#include "expr/type_solver.h"

#include <algorithm>

namespace penstock::expr {
namespace {

// Null may stand for what can be absent.
bool MayBeNull(const Type& type) {
  if (type.nullable) return true;
  switch (type.kind) {
    case TypeKind::kAbstract:
    case TypeKind::kNull:
    case TypeKind::kTimestamp:
    case TypeKind::kDuration: return true;
    default: return false;
  }
}

// Whether `a` is `b`, or says less than it, or is what null stands for.
bool IsAsGeneral(const Type& a, const Type& b) {
  if (a.Is(TypeKind::kDyn) || a.Is(TypeKind::kParameter)) return true;
  if (b.Is(TypeKind::kDyn) || b.Is(TypeKind::kParameter)) return false;
  if (b.Is(TypeKind::kNull)) return MayBeNull(a);
  if (a.kind != b.kind || a.name != b.name) return false;
  if (a.Is(TypeKind::kType)) return true;
  return std::equal(a.parameters.begin(), a.parameters.end(), b.parameters.begin(), b.parameters.end(), IsAsGeneral);
}

// Leaves of what is declared in `general`, which is `a` or `b`, what both say.
void KeepWhatBothSay(const Type& a, const Type& b, Type& general) {
  general.nullable = a.nullable || b.nullable;
  if (a.kind != b.kind) return;
  if (a.members != b.members) general.members.reset();
  if (a.texts != b.texts) general.texts.reset();
  if (a.parameters.size() != b.parameters.size()) return;
  for (size_t i = 0; i < general.parameters.size(); ++i)
    KeepWhatBothSay(a.parameters[i], b.parameters[i], general.parameters[i]);
}

// The one that says less.
Type MoreGeneral(const Type& a, const Type& b) {
  Type general = IsAsGeneral(a, b) ? a : b;
  KeepWhatBothSay(a, b, general);
  return general;
}

}  // namespace

Type TypeSolver::NewParameter() { return Type::Parameter("_" + std::to_string(parameters_++)); }

Type TypeSolver::Instantiate(const Type& type, std::unordered_map<std::string, Type>& names) {
  if (type.Is(TypeKind::kParameter)) {
    const auto [entry, added] = names.try_emplace(type.name);
    if (added) entry->second = NewParameter();
    return entry->second;
  }
  Type copy{type.kind, type.name, {}};
  for (const Type& parameter : type.parameters) copy.parameters.push_back(Instantiate(parameter, names));
  return copy;
}

const Type* TypeSolver::Find(const Type& parameter) const {
  const auto found = bindings_.find(parameter.name);
  return found == bindings_.end() ? nullptr : &found->second;
}

bool TypeSolver::Assign(const Type& from, const Type& to) { return AssignAll({&from, 1}, {&to, 1}); }

bool TypeSolver::AssignAll(std::span<const Type> from, std::span<const Type> to) {
  changes_.clear();
  if (UnifyAll(from, to)) return true;
  for (auto change = changes_.rbegin(); change != changes_.rend(); ++change) {
    if (change->before) {
      bindings_[change->parameter] = std::move(*change->before);
    } else {
      bindings_.erase(change->parameter);
    }
  }
  return false;
}

void TypeSolver::SetBinding(const std::string& parameter, const Type& type) {
  const auto [entry, added] = bindings_.try_emplace(parameter, type);
  changes_.push_back({parameter, added ? std::nullopt : std::optional(std::move(entry->second))});
  if (!added) entry->second = type;
}

bool TypeSolver::UnifyAll(std::span<const Type> from, std::span<const Type> to) {
  return std::equal(from.begin(), from.end(), to.begin(), to.end(),
                    [this](const Type& a, const Type& b) { return Unify(a, b); });
}

bool TypeSolver::Unify(const Type& from, const Type& to) {
  if (to.Is(TypeKind::kParameter)) {
    const Binding binding = Bind(from, to);
    if (binding != Binding::kImpossible) return binding == Binding::kBound;
  }
  if (from.Is(TypeKind::kParameter)) return Bind(to, from) == Binding::kBound;
  // Of what is only known at evaluation, no part is known either: dyn for optional(T) makes T dyn.
  if (from.Is(TypeKind::kDyn))
    return std::all_of(to.parameters.begin(), to.parameters.end(),
                       [&](const Type& inner) { return Unify(from, inner); });
  if (to.Is(TypeKind::kDyn)) return true;
  if (from.Is(TypeKind::kNull)) return MayBeNull(to);
  if (to.Is(TypeKind::kNull)) return MayBeNull(from);
  if (from.kind != to.kind || from.name != to.name) return false;
  if (from.Is(TypeKind::kType)) return true;
  return UnifyAll(from.parameters, to.parameters);
}

// Binds `parameter` to `type`, or checks that the two agree. Impossible, where `parameter` is free but stands in
// `type`.
TypeSolver::Binding TypeSolver::Bind(const Type& type, const Type& parameter) {
  if (type == parameter) return Binding::kBound;
  if (const Type* const found = Find(parameter)) {
    const Type bound = *found;
    if (type == bound) return Binding::kBound;
    if (!Unify(type, bound)) return Binding::kMismatch;
    const Type general = MoreGeneral(type, bound);
    if (!Occurs(parameter, general)) SetBinding(parameter.name, general);
    return Binding::kBound;
  }
  if (Occurs(parameter, type)) return Binding::kImpossible;
  SetBinding(parameter.name, type);
  return Binding::kBound;
}

bool TypeSolver::Occurs(const Type& parameter, const Type& within) const {
  if (parameter == within) return true;
  if (within.Is(TypeKind::kParameter)) {
    const Type* const bound = Find(within);
    return bound != nullptr && Occurs(parameter, *bound);
  }
  return std::any_of(within.parameters.begin(), within.parameters.end(),
                     [&](const Type& inner) { return Occurs(parameter, inner); });
}

Type TypeSolver::Join(const Type& a, const Type& b) { return Assign(a, b) ? MoreGeneral(a, b) : Type::Dyn(); }

Type TypeSolver::Substitute(const Type& type, bool free_to_dyn) const {
  if (type.Is(TypeKind::kParameter)) {
    if (const Type* const bound = Find(type)) return Substitute(*bound, free_to_dyn);
    return free_to_dyn ? Type::Dyn() : type;
  }
  // Without the parameters: each level would copy all that lie below it.
  Type copy{type.kind, type.name, {}, type.nullable, type.members, type.texts};
  for (const Type& parameter : type.parameters) copy.parameters.push_back(Substitute(parameter, free_to_dyn));
  return copy;
}

}  // namespace penstock::expr
