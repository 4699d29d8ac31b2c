// What of a rule's expression can be looked up instead of evaluated.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "event/value.h"
#include "expr/activation.h"
#include "expr/ast.h"
#include "expr/environment.h"

namespace penstock::expr {

// What a term looks at: a variable, a path below one, or whether that path is there.
struct Operand {
  enum class Kind : uint8_t { kVariable, kSlot, kHasSlot };
  Kind kind = Kind::kSlot;
  uint32_t number = 0;

  auto operator<=>(const Operand&) const = default;

  Value ValueIn(Activation& activation) const {
    if (kind == Kind::kSlot) return activation.SlotValue(number);
    return kind == Kind::kVariable ? activation.VariableValue(number) : activation.HasSlot(number);
  }
};

struct Atom {
  enum class Kind : uint8_t { kEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kPrefix };
  Kind kind = Kind::kEqual;
  Value literal;  // of kEqual: null, a bool, number or string; of an order: a number; of kPrefix: a string

  bool is_range() const { return kind >= Kind::kLess && kind <= Kind::kGreaterEqual; }
};

// True where one of the atoms is. Without any: false, unless the operand is an error.
struct Term {
  Operand operand;
  std::vector<Atom> atoms;

  // Only equalities.
  bool is_set() const;
};

// All of the terms, and something that is not known: false where a term is, whatever the rest.
using Conjunction = std::vector<Term>;

// The expression is false, and does not fail, where each of these is false; at least one. What cannot be said in terms
// is left out: a conjunction without terms may always be true. The expression has been compiled with `environment`;
// literals are copied into `arena`.
std::vector<Conjunction> TermsOf(std::string_view source, Environment& environment, Arena& arena);

}  // namespace penstock::expr
