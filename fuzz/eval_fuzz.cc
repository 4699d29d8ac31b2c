// Evaluation: the bytes of the input choose an expression, out of all functions, operators and macros that there are,
// and an event. Then a value has the type that the checker promised and is the same each time, with the check and
// without; a smaller budget ends with the same value or none; and no evaluation takes more memory than it pays for.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "event/parsed_json.h"
#include "fuzz/any_expression.h"
#include "fuzz/checked_expression.h"
#include "fuzz/choices.h"
#include "fuzz/finding.h"

namespace penstock::expr {
namespace {

constexpr uint64_t kBudget = 20'000;
constexpr uint64_t kSmallBudget = 300;

// A unit of the budget buys 16 bytes. Arenas round up, and what is found wrong at the end has been paid for.
constexpr size_t kBytesPerUnit = 16;
constexpr size_t kSlackBytes = 8 * 1024;

void CheckMemory(const Outcome& outcome, uint64_t budget, std::string_view source) {
  if (outcome.arena_bytes <= 2 * kBytesPerUnit * budget + kSlackBytes) return;
  Fail(std::to_string(outcome.arena_bytes) + " bytes for " + std::to_string(budget), source);
}

void Run(std::string_view bytes) {
  Choices choices(bytes);
  const std::string json = AnyEvent(choices);
  const std::string source = AnyExpression(choices).Text();
  const ParsedJson event(json);
  const std::optional<Outcome> whole = CheckedExpression(source, kBudget).Evaluate(event.root());
  if (!whole) return;
  CheckMemory(*whole, kBudget, source);
  const Outcome small = *CheckedExpression(source, kSmallBudget).Evaluate(event.root());
  CheckMemory(small, kSmallBudget, source);
  if (!small.failed && !small.IsSame(*whole)) Fail("differs with a smaller budget", source + " of " + json);
}

}  // namespace
}  // namespace penstock::expr

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr size_t kChoicesMax = 256;
  penstock::expr::Run({reinterpret_cast<const char*>(data), std::min(size, kChoicesMax)});
  return 0;
}
