// Functions whose second argument is a regular expression, in the syntax of RE2.
#pragma once

#include <re2/re2.h>

#include <memory>
#include <string_view>
#include <vector>

#include "expr/function.h"

namespace penstock::expr {

// Compiles a pattern into a program of bounded size, with at most so many capturing groups.
Result<std::unique_ptr<re2::RE2>> MakePattern(std::string_view text, int groups_max, const Limits& limits);

// Pays for compiling a pattern that is only known now.
bool ChargeForPattern(CallContext& context, std::string_view text);

// Pays for one search through all of a text, groups included.
bool ChargeForSearch(CallContext& context, const re2::RE2& pattern, std::string_view text);

// Pays for one more search through what is left of a text that ChargeForSearch paid for.
bool ChargeForNextSearch(CallContext& context, const re2::RE2& pattern, size_t bytes);

constexpr int kGroupsMax = 1000;

using PatternFunction = Value (*)(CallContext& context, const re2::RE2& pattern, const Value* arguments);

template <PatternFunction function, int groups_max>
Value WithNewPattern(CallContext& context, const Value* arguments) {
  if (!ChargeForPattern(context, arguments[1].text())) return context.OverBudget();
  const Result<std::unique_ptr<re2::RE2>> pattern = MakePattern(arguments[1].text(), groups_max, context.limits());
  return pattern ? function(context, **pattern, arguments) : context.Fail(pattern.error().message);
}

template <PatternFunction function>
class WithKnownPattern : public PreparedCall {
 public:
  explicit WithKnownPattern(std::unique_ptr<re2::RE2> pattern) : pattern_(std::move(pattern)) {}
  Value Invoke(CallContext& context, const Value* arguments) const override {
    return function(context, *pattern_, arguments);
  }

 private:
  std::unique_ptr<re2::RE2> pattern_;
};

template <PatternFunction function, int groups_max>
Result<std::unique_ptr<PreparedCall>> PreparePattern(const std::vector<const Value*>& known, const Limits& limits) {
  if (known[1] == nullptr || !known[1]->Is(ValueKind::kString)) return nullptr;
  TRY_ASSIGN(std::unique_ptr<re2::RE2> pattern, MakePattern(known[1]->text(), groups_max, limits));
  return std::make_unique<WithKnownPattern<function>>(std::move(pattern));
}

// The pattern is compiled with the expression where it is a literal, else in each call.
template <PatternFunction function, int groups_max = kGroupsMax>
Overload PatternOverload(std::vector<Type> parameters, Type result) {
  return {std::move(parameters), std::move(result), WithNewPattern<function, groups_max>,
          PreparePattern<function, groups_max>};
}

}  // namespace penstock::expr
