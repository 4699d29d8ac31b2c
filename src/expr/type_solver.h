// Which types may stand for which, and what type parameters stand for. The rules are those of gradual typing in the
// specification (cel-spec doc/langdef.md, section Gradual Type Checking).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "expr/type.h"

namespace penstock::expr {

class TypeSolver {
 public:
  // A type parameter that nothing is known of yet.
  Type NewParameter();
  // `type` with its parameters renamed to new ones; `names` keeps the renaming of one signature.
  Type Instantiate(const Type& type, std::unordered_map<std::string, Type>& names);

  // Whether a value of `from` may stand where `to` is expected. Then parameters in either are bound to what makes it
  // so; otherwise nothing changes.
  bool Assign(const Type& from, const Type& to);
  bool AssignAll(std::span<const Type> from, std::span<const Type> to);

  // The type of a list or map that holds both; dyn where neither can stand for the other.
  Type Join(const Type& a, const Type& b);

  // `type` with its parameters replaced by what they are bound to. Free ones stay, or become dyn.
  Type Substitute(const Type& type, bool free_to_dyn) const;

 private:
  bool Unify(const Type& from, const Type& to);
  bool UnifyAll(std::span<const Type> from, std::span<const Type> to);
  enum class Binding { kBound, kMismatch, kImpossible };
  Binding Bind(const Type& type, const Type& parameter);
  bool Occurs(const Type& parameter, const Type& within) const;
  const Type* Find(const Type& parameter) const;
  void SetBinding(const std::string& parameter, const Type& type);

  // What a binding was before the assignment that is being tried, so that a failure can be undone without a copy of
  // all.
  struct Change {
    std::string parameter;
    std::optional<Type> before;
  };

  std::unordered_map<std::string, Type> bindings_;
  std::vector<Change> changes_;
  uint32_t parameters_ = 0;
};

}  // namespace penstock::expr
