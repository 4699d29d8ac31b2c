// A pattern of format(), taken apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::expr {

// What stands before a place for a value, and how the value is written there.
struct FormatClause {
  std::string before;
  char verb;      // s d f e b o x X; 0 after the last place
  int precision;  // digits after the point, of f and e
};

// Ends with a clause without a verb. The error says what is wrong with the pattern.
Result<std::vector<FormatClause>> ParseFormatPattern(std::string_view pattern);

}  // namespace penstock::expr
