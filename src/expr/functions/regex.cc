#include "expr/functions/regex.h"

#include <re2/re2.h>

#include <algorithm>

namespace penstock::expr {
namespace {

constexpr int64_t kMemoryMax = int64_t{1} << 20;  // of a compiled expression and its automata
constexpr size_t kPatternMax = 10'000;            // bytes
constexpr uint64_t kCompileCost = 10'000;         // of a pattern that is only known now: up to 10 ms
constexpr uint64_t kCompileByteCost = 100;        // and for each of its bytes
constexpr uint64_t kStepsPerUnit = 64;  // of the automaton, which in the worst case tries each state at each byte

std::unique_ptr<re2::RE2> CompilePattern(std::string_view pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMemoryMax);
  return std::make_unique<re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
}

Result<std::unique_ptr<re2::RE2>> MakePattern(std::string_view pattern) {
  if (pattern.size() > kPatternMax)
    return Invalid("the regular expression has more than " + std::to_string(kPatternMax) + " bytes");
  std::unique_ptr<re2::RE2> compiled = CompilePattern(pattern);
  if (!compiled->ok()) return Invalid("invalid regular expression: " + compiled->error());
  return compiled;
}

Value Search(CallContext& context, const re2::RE2& pattern, std::string_view text) {
  const uint64_t steps = text.size() * static_cast<uint64_t>(std::max(pattern.ProgramSize(), 0));
  if (!context.Charge(steps / kStepsPerUnit)) return context.OverBudget();
  return Value::Bool(re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), pattern));
}

// The pattern stands anywhere in the text, unless it is anchored.
Value Matches(CallContext& context, const Value* arguments) {
  const size_t pattern_bytes = arguments[1].text().size();
  if (!context.Charge(kCompileCost + pattern_bytes * kCompileByteCost)) return context.OverBudget();
  const Result<std::unique_ptr<re2::RE2>> pattern = MakePattern(arguments[1].text());
  return pattern ? Search(context, **pattern, arguments[0].text()) : context.Fail(pattern.error().message);
}

class MatchesPattern : public PreparedCall {
 public:
  explicit MatchesPattern(std::unique_ptr<re2::RE2> pattern) : pattern_(std::move(pattern)) {}
  Value Invoke(CallContext& context, const Value* arguments) const override {
    return Search(context, *pattern_, arguments[0].text());
  }

 private:
  std::unique_ptr<re2::RE2> pattern_;
};

Result<std::unique_ptr<PreparedCall>> PrepareMatches(const std::vector<const Value*>& known) {
  if (known[1] == nullptr || !known[1]->Is(ValueKind::kString)) return nullptr;
  TRY_ASSIGN(std::unique_ptr<re2::RE2> pattern, MakePattern(known[1]->text()));
  return std::make_unique<MatchesPattern>(std::move(pattern));
}

}  // namespace

void AddRegexFunctions(Library& library) {
  const Type string = Type::Of(TypeKind::kString);
  const Overload overload{{string, string}, Type::Of(TypeKind::kBool), Matches, PrepareMatches};
  library.Add({"matches", true, {overload}});
  library.Add({"matches", false, {overload}});
}

}  // namespace penstock::expr
