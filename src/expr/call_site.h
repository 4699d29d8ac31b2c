// One call of a function in an expression.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "expr/diagnostic.h"
#include "expr/function.h"

namespace penstock::expr {

// The overloads that take the call's number of arguments.
struct CallSite {
  struct Candidate {
    std::array<uint16_t, kArgumentsMax> masks;  // of the kinds that each argument may be
    Implementation implementation;
    std::unique_ptr<PreparedCall> prepared;  // in the implementation's place, where there is one
  };
  const Function* function = nullptr;
  std::vector<Candidate> candidates;
};

// `known` has the arguments that are literals, and null for the others. Literals that the function refuses, such as a
// broken regular expression, are reported at `offset`.
CallSite MakeCallSite(const Function& function, const std::vector<const Value*>& known, const Limits& limits,
                      uint32_t offset, std::vector<Diagnostic>& diagnostics);

}  // namespace penstock::expr
