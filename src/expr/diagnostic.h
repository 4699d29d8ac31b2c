// What is wrong with an expression, and where.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::expr {

struct Diagnostic {
  uint32_t offset;  // byte of the source at which the caret stands
  std::string message;
  bool warning = false;  // worth to be said, and no reason to refuse the expression
};

bool HasErrors(std::span<const Diagnostic> diagnostics);

// All of them as one error, in the order of their places, each as
//
//   1:9: unknown name 'evnt'; did you mean 'event'?
//     evnt.amount > 10.0
//     ^
//
// with line and column (of characters) counted from 1.
Error DiagnosticsError(std::string_view source, std::vector<Diagnostic> diagnostics);

// Line and column (of characters) of a byte of a text, counted from 1.
struct LineAndColumn {
  size_t line = 1;
  size_t column = 1;
};
LineAndColumn PlaceOf(std::string_view text, size_t offset);

// The line of `source` in which `offset` stands, and a caret below it, each on a line of its own that a newline begins.
std::string Excerpt(std::string_view source, size_t offset);

// The candidate that a misspelt `name` most likely meant, or nothing.
std::string_view NearestName(std::string_view name, std::span<const std::string_view> candidates);

// "; did you mean 'x'?", or nothing.
std::string Suggestion(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace penstock::expr
