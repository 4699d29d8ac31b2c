// What a function or operator gives, as a generator of expressions asks for it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "expr/ast.h"
#include "expr/functions/standard_library.h"
#include "expr/operator_list.h"
#include "expr/operator_types.h"

namespace penstock::expr {

// An overload, and how it is called.
struct Signature {
  const Function* function = nullptr;  // or else an operator
  Operator op{};
  const Overload* overload = nullptr;
};

// All that can be written.
inline const std::vector<Signature>& Signatures() {
  static const std::vector<Signature> kSignatures = [] {
    std::vector<Signature> signatures;
    for (const Family& family : StandardLibrary().families())
      for (const Function& function : family.functions)
        for (const Overload& overload : function.overloads)
          if (!function.is_internal()) signatures.push_back({&function, {}, &overload});
    for (const OperatorDescription& description : OperatorDescriptions())
      if (description.op)
        for (const Overload& overload : OperatorOverloads(*description.op))
          signatures.push_back({nullptr, *description.op, &overload});
    return signatures;
  }();
  return kSignatures;
}

// Whether what has type `pattern` can be of type `wanted`, by the looks of the outermost.
inline bool MayGive(const Type& pattern, const Type& wanted) {
  const bool open = pattern.Is(TypeKind::kParameter) || pattern.Is(TypeKind::kDyn) || wanted.Is(TypeKind::kDyn);
  return open || (pattern.kind == wanted.kind && pattern.name == wanted.name);
}

// What the parameters of a signature stand for.
using Bindings = std::map<std::string, Type>;

// Makes the parameters in `pattern` what they are in `wanted`, as far as the two are alike.
inline void Bind(const Type& pattern, const Type& wanted, Bindings& bindings) {
  if (pattern.Is(TypeKind::kParameter)) bindings.try_emplace(pattern.name, wanted);
  for (size_t i = 0; i < std::min(pattern.parameters.size(), wanted.parameters.size()); ++i)
    Bind(pattern.parameters[i], wanted.parameters[i], bindings);
}

}  // namespace penstock::expr
