#include "expr/functions/pattern.h"

#include <algorithm>

namespace penstock::expr {
namespace {

constexpr int64_t kInstructionBytes = 128;  // what RE2 wants for each: of a compiled expression and its automata
constexpr uint64_t kCompileCost = 10'000;   // of a pattern that is only known now: up to 10 ms
constexpr uint64_t kCompileByteCost = 100;  // and for each of its bytes
constexpr uint64_t kStepsPerUnit = 64;      // of the automaton, which in the worst case tries each state at each byte

uint64_t ProgramSize(const re2::RE2& pattern) { return static_cast<uint64_t>(std::max(pattern.ProgramSize(), 0)); }

}  // namespace

Result<std::unique_ptr<re2::RE2>> MakePattern(std::string_view text, int groups_max, const Limits& limits) {
  const auto too_large = [&] {
    return Invalid("the regular expression becomes more than " + std::to_string(limits.pattern_size) + " instructions");
  };
  // A byte is an instruction, but for those of brackets and the like.
  if (text.size() / 4 > limits.pattern_size) return too_large();
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kInstructionBytes * limits.pattern_size);
  auto compiled = std::make_unique<re2::RE2>(re2::StringPiece(text.data(), text.size()), options);
  if (compiled->error_code() == re2::RE2::ErrorPatternTooLarge || ProgramSize(*compiled) > limits.pattern_size)
    return too_large();
  if (!compiled->ok()) return Invalid("invalid regular expression: " + compiled->error());
  if (compiled->NumberOfCapturingGroups() > groups_max)
    return Invalid("the regular expression has more than " + std::to_string(groups_max) +
                   " capturing group; write (?:..) for the others");
  return compiled;
}

bool ChargeForPattern(CallContext& context, std::string_view text) {
  return context.Charge(kCompileCost + text.size() * kCompileByteCost);
}

bool ChargeForSearch(CallContext& context, const re2::RE2& pattern, std::string_view text) {
  return context.Charge(text.size() * ProgramSize(pattern) / kStepsPerUnit);
}

// A search may read on to the end of the text before it knows what the leftmost match is: `a.*b|a` does for each `a`.
// It does so with a deterministic automaton, whose speed the size of the program hardly matters to, while it is small.
bool ChargeForNextSearch(CallContext& context, const re2::RE2& pattern, size_t bytes) {
  return context.Charge(bytes * (1 + ProgramSize(pattern) / kStepsPerUnit) / kStepsPerUnit + 1);
}

}  // namespace penstock::expr
