#include "expr/functions/math.h"

#include <gtest/gtest.h>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

constexpr Case kCases[] = {
    {"math.greatest(event.i, event.d)", "2.5"},
    {"math.least([event.i, event.d, -1u == 0u ? 1 : 0])", "invalid"},
    {"math.greatest(9007199254740993, 9007199254740992.0)", "9007199254740993"},
    {"math.greatest(event.i, event.s)", "error: no such overload: 'math.greatest' of (string)"},
    {"math.greatest(event.empty)", "error: an empty list has neither a greatest nor a least number"},
    {"math.least(1, 2, 3, 4, 5, 6, 7, 8, 0)", "0"},
    {"math.round(0.49999999999999994)", "0.0"},
    {"math.round(-0.5)", "-1.0"},
    {"math.sign(-0.0)", "-0.0"},
    {"math.sqrt(18446744073709551615u)", "4294967296.0"},
    {"math.bitShiftLeft(1, 63)", "-9223372036854775808"},
    {"math.bitShiftRight(-1, 63)", "1"},
    {"math.bitShiftLeft(1u, 64)", "0"},
    {"math.abs(9223372036854775807)", "9223372036854775807"},
};

TEST(MathTest, ComputesAtTheEdges) {
  for (const Case& item : kCases) {
    const std::string value = Evaluate(item.source, R"({"i": 1, "d": 2.5, "s": "x", "empty": []})");
    if (item.value == "invalid") {
      EXPECT_TRUE(value.starts_with("invalid: ")) << item.source;
    } else {
      EXPECT_EQ(value, item.value) << item.source;
    }
  }
}

TEST(MathTest, RefusesTextsWhenTheExpressionIsCompiled) {
  EXPECT_NE(CompileError("math.greatest('a', 'b')"), "");
  EXPECT_NE(CompileError("math.greatest()"), "");
  EXPECT_NE(CompileError("math.round('1')"), "");
}

TEST(MathTest, PaysForLongLists) {
  EXPECT_EQ(Evaluate("lists.range(1000).map(i, math.greatest(event.l))", R"({"l": [)" + Repeat("1,", 9999) + "1]}"),
            kOverBudget);
}

}  // namespace
}  // namespace penstock::expr
