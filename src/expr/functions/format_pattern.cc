#include "expr/functions/format_pattern.h"

#include <algorithm>

#include "base/utf8.h"

namespace penstock::expr {
namespace {

constexpr std::string_view kVerbs = "sdfeboxX";
constexpr int kDefaultPrecision = 6;
constexpr int kPrecisionMax = 1000;

// The digits after `%.`, taken off `rest`.
Result<int> TakePrecision(std::string_view& rest) {
  size_t digits = 0;
  int precision = 0;
  for (; digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9'; ++digits) {
    precision = precision * 10 + (rest[digits] - '0');
    if (precision > kPrecisionMax)
      return Invalid("a precision in a pattern of format() is at most " + std::to_string(kPrecisionMax));
  }
  if (digits == 0) return Invalid("the pattern of format() has no digits after '%.'; write %.2f");
  rest.remove_prefix(digits);
  return precision;
}

// The place for a value that begins behind a %, taken off `rest`.
Result<void> TakePlace(std::string_view& rest, FormatClause& clause) {
  const bool precise = rest.starts_with('.');
  if (precise) {
    rest.remove_prefix(1);
    TRY_ASSIGN(clause.precision, TakePrecision(rest));
  }
  if (rest.empty())
    return Invalid("the pattern of format() ends in the middle of a place; a percent sign is written %%");
  clause.verb = rest[0];
  if (kVerbs.find(clause.verb) == std::string_view::npos)
    return Invalid("format() knows no '%" + std::string(rest.substr(0, CodePointBytes(rest[0]))) +
                   "'; there are %s %d %f %e %b %o %x %X, and %%");
  if (precise && clause.verb != 'f' && clause.verb != 'e')
    return Invalid("only %f and %e of format() take a precision");
  rest.remove_prefix(1);
  return {};
}

}  // namespace

Result<std::vector<FormatClause>> ParseFormatPattern(std::string_view pattern) {
  std::vector<FormatClause> clauses(1, {{}, 0, kDefaultPrecision});
  while (!pattern.empty()) {
    const size_t plain = std::min(pattern.find('%'), pattern.size());
    clauses.back().before += pattern.substr(0, plain);
    pattern.remove_prefix(plain);
    if (pattern.starts_with("%%")) {
      clauses.back().before += '%';
      pattern.remove_prefix(2);
    } else if (!pattern.empty()) {
      pattern.remove_prefix(1);
      TRY(TakePlace(pattern, clauses.back()));
      clauses.push_back({{}, 0, kDefaultPrecision});
    }
  }
  return clauses;
}

}  // namespace penstock::expr
