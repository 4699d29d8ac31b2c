// What an expression may cost: its text, its compilation, each evaluation.
#pragma once

#include <cstddef>
#include <cstdint>

namespace penstock::expr {

// Of each expression of an environment.
struct Limits {
  static constexpr uint32_t kNestingMax = 250;  // what the stack holds

  size_t source_bytes = 100'000;
  uint32_t nesting = kNestingMax;  // of brackets, calls, conditionals and signs within each other
  uint64_t cost = 1'000'000;       // of one evaluation: rounds of macros, elements looked at, 16-byte pieces of memory
  uint32_t pattern_size = 10'000;  // instructions that a regular expression becomes
};

}  // namespace penstock::expr
