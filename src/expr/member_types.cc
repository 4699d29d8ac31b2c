#include "expr/member_types.h"

#include <memory>
#include <utility>

#include "expr/type_solver.h"

namespace penstock::expr {
namespace {

Members MembersOf(const Type& type) { return type.members == nullptr ? Members() : *type.members; }

Type WithMembers(const Type& type, Members members) {
  Type changed = type.Is(TypeKind::kMap) ? type : MapOf({});
  changed.members = std::make_shared<const Members>(std::move(members));
  return changed;
}

}  // namespace

const Type* Members::Find(std::string_view name) const {
  const auto found = types.find(name);
  return found == types.end() ? nullptr : &found->second;
}

Type MapOf(Members members) {
  Type type = Type::Map(Type::Of(TypeKind::kString), Type::Dyn());
  type.members = std::make_shared<const Members>(std::move(members));
  return type;
}

std::optional<Type> MemberType(const Type& type, std::string_view name) {
  if (type.members == nullptr) return type.Is(TypeKind::kMap) ? type.parameters[1] : Type::Dyn();
  if (const Type* const member = type.members->Find(name)) return *member;
  if (type.members->closed) return std::nullopt;
  return type.parameters[1];
}

std::optional<Type> MemberTypeAt(const Type& type, std::span<const std::string> path) {
  std::optional<Type> at = type;
  for (const std::string& name : path) {
    at = MemberType(*at, name);
    if (!at) break;
  }
  return at;
}

Type WithMember(const Type& type, std::span<const std::string> path, const Type& member) {
  if (path.empty()) return member;
  Members members = MembersOf(type);
  Type& at = members.types[path.front()];
  at = WithMember(at, path.subspan(1), member);
  const Type added = at;
  Type with = WithMembers(type, std::move(members));
  with.parameters[1] = TypeSolver().Join(with.parameters[1], added);  // of a map whose values were all of one type
  return with;
}

Type WithoutMember(const Type& type, std::span<const std::string> path) {
  if (path.empty() || type.members == nullptr) return type;
  Members members = *type.members;
  const auto found = members.types.find(path.front());
  if (found == members.types.end()) return type;
  if (path.size() == 1)
    members.types.erase(found);
  else
    found->second = WithoutMember(found->second, path.subspan(1));
  return WithMembers(type, std::move(members));
}

Type CommonType(const Type& a, const Type& b) {
  if (a.members == nullptr || b.members == nullptr) return TypeSolver().Join(a, b);
  Members members{.types = a.members->types, .closed = a.members->closed && b.members->closed};
  for (const auto& [name, type] : b.members->types) {
    const auto [at, added] = members.types.try_emplace(name, type);
    if (!added) at->second = CommonType(at->second, type);
  }
  Type common = MapOf(std::move(members));
  common.nullable = a.nullable || b.nullable;
  return common;
}

}  // namespace penstock::expr
