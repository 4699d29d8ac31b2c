#include "expr/token_text.h"

#include "base/utf8.h"

namespace penstock::expr {
namespace {

// What other languages write in a place where CEL writes something else.
std::string_view Hint(const Token& token) {
  if (token.kind == TokenKind::kDouble && token.text.front() == '.') return "; an element of a list is written x[0]";
  if (token.kind != TokenKind::kIdentifier) return {};
  if (token.text == "and") return "; write '&&'";
  if (token.text == "or") return "; write '||'";
  if (token.text == "is") return "; write '=='";
  if (token.text == "contains" || token.text == "like") return "; write x.contains(y)";
  return {};
}

}  // namespace

std::string DescribeToken(const Token& token) {
  if (token.kind == TokenKind::kEnd) return "but the expression ends";
  constexpr size_t kShownMax = 30;
  const std::string_view shown = token.text.substr(0, kShownMax);
  return "found '" + std::string(shown.substr(0, ValidUtf8Prefix(shown))) +
         (shown.size() < token.text.size() ? "..'" : "'") + std::string(Hint(token));
}

}  // namespace penstock::expr
