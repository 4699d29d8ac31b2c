// Types of maps whose members are declared: what a schema says of an event, or what steps put there.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "expr/type.h"

namespace penstock::expr {

struct Members {
  std::map<std::string, Type, std::less<>> types;
  bool closed = false;  // there are no others

  const Type* Find(std::string_view name) const;
};

// map(string, dyn), with members.
Type MapOf(Members members);

// What is known of a member; dyn, where nothing is. Nothing, where it can never be there.
std::optional<Type> MemberType(const Type& type, std::string_view name);

// The same, of what stands at `path` below the map.
std::optional<Type> MemberTypeAt(const Type& type, std::span<const std::string> path);

// `type` with `member` at `path` below it. What stands on the way and is no map becomes one.
Type WithMember(const Type& type, std::span<const std::string> path, const Type& member);
// `type` with nothing at `path`, as far as is known.
Type WithoutMember(const Type& type, std::span<const std::string> path);

// What values of either type have in common.
Type CommonType(const Type& a, const Type& b);

}  // namespace penstock::expr
