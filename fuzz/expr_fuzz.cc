// Expressions over events: the input is an expression, a NUL byte, and the event's JSON. Whatever they are, nothing
// crashes or hangs; evaluating twice gives the same; and a value is of the type that the checker promised.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "event/json_parser.h"
#include "fuzz/checked_expression.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr uint64_t kBudget = 20'000;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t separator = std::min(input.find('\0'), size);
  penstock::Arena arena;
  penstock::JsonParser parser;
  const std::string_view json = input.substr(std::min(separator + 1, size));
  const penstock::Result<const penstock::JsonDocument*> document = parser.Parse(json, arena);
  const penstock::Value event = document ? (*document)->root() : penstock::Value::Null();
  penstock::expr::CheckedExpression(input.substr(0, separator), kBudget).Evaluate(event);
  return 0;
}
