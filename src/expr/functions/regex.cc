#include "expr/functions/regex.h"

#include "expr/functions/pattern.h"

namespace penstock::expr {
namespace {

// The pattern stands anywhere in the text, unless it is anchored.
Value Matches(CallContext& context, const re2::RE2& pattern, const Value* arguments) {
  const std::string_view text = arguments[0].text();
  if (!ChargeForSearch(context, pattern, text)) return context.OverBudget();
  return Value::Bool(re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern));
}

}  // namespace

std::vector<Function> RegexFunctions() {
  const Type string = Type::Of(TypeKind::kString);
  const Function matches{
      "matches",
      true,
      {PatternOverload<Matches>({string, string}, Type::Of(TypeKind::kBool))},
      "Whether the pattern stands anywhere in the text; `^` and `$` tie it to the ends. A pattern that is none is an "
      "error.",
      {{"'merchant-17'.matches('^merchant-[0-9]+$')", "true"}, {"matches('abc', 'b|x')", "true"}}};
  Function global = matches;
  global.receiver = false;
  return {matches, global};
}

}  // namespace penstock::expr
