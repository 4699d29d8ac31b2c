#include "expr/value_cost.h"

#include <gtest/gtest.h>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

// An event with a list of 1,000 ints, one of 1,000 lists, a map of 3,000 members, and a text of 100,000 bytes.
std::string LargeEvent() {
  std::string members;
  for (int i = 0; i < 3000; ++i) members += (i == 0 ? "" : ",") + ("\"k" + std::to_string(i)) + "\":1";
  return R"({"l": [)" + Repeat("1,", 999) + R"(1], "n": [)" + Repeat("[1],", 999) + R"([1]], "m": {)" + members +
         R"(}, "s": ")" + std::string(100'000, 'x') + R"("})";
}

uint64_t WalkCost(const Value& value) {
  Arena arena;
  for (uint64_t budget = 0;; ++budget) {
    CallContext context(arena, {.cost = budget});
    if (ChargeForWalk(context, value)) return budget;
  }
}

TEST(ValueCostTest, CountsEachPartOfAValue) {
  EXPECT_EQ(WalkCost(Value::Int(1)), 1U);
  const std::string text(640, 'a');
  EXPECT_EQ(WalkCost(Value::String(text)), 11U);
  EXPECT_EQ(WalkCost(Evaluated("[1, [2, 3], {4: 5}]").value()), 8U);
  EXPECT_EQ(WalkCost(Evaluated("optional.of(1)").value()), 2U);
  EXPECT_EQ(WalkCost(Evaluated("optional.none()").value()), 1U);
  EXPECT_EQ(WalkCost(ParsedJson("[" + Repeat("1,", 79) + "1]").root()), 13U);
}

TEST(ValueCostTest, EndsValuesThatShareParts) {
  EXPECT_EQ(Evaluate("[0]" + Repeat(".map(a, [a, a])", 60)), kOverBudget);
  EXPECT_EQ(Evaluate("[[0]" + Repeat(".map(a, [a, a])", 60) + "].map(x, x == x)"), kOverBudget);
  EXPECT_EQ(Evaluate("[0]" + Repeat(".map(a, {1: a, 2: a})", 60)), kOverBudget);
  EXPECT_EQ(Evaluate("[0]" + Repeat(".map(a, [a, a])", 3)), "[[[[0,0],[0,0]],[[0,0],[0,0]]]]");
}

TEST(ValueCostTest, PaysForWhatEachRoundLooksAt) {
  const std::string event = LargeEvent();
  for (const std::string_view body :
       {"event.l == event.l", "event.n == event.n", "event.m == event.m", "event.s == event.s", "event.s <= event.s",
        "event.s in [event.s]", "event.l in [event.l]", "2 in event.l", "event.m['k' + '2' + string(999 + x - x)] == 1",
        "'no' in event.m", "event.m[event.s] == 1", "event.n[999] == [1]", "event.s + 'a' == ''", "size(event.s) > 0",
        "event.s.contains('y')", "string(bytes(event.s)) == ''"}) {
    const std::string source = "event.l.all(x, " + std::string(body) + " || true)";
    EXPECT_EQ(Evaluate(source, event, {.limits = {.cost = 3000}}), kOverBudget) << body;
  }
}

TEST(ValueCostTest, LeavesOrdinaryExpressionsRoom) {
  const std::string event = LargeEvent();
  EXPECT_EQ(Evaluate("event.m.all(k, event.m[k] == 1)", event), "true");
  EXPECT_EQ(Evaluate("event.l.all(x, x in event.l)", event), "true");
  EXPECT_EQ(Evaluate("event.n.all(x, x == [1])", event), "true");
  EXPECT_EQ(Evaluate("event.s.matches('^x+$')", event), "true");
}

// Fields of a macro's variable are remembered by their distance, which is of no use in maps of different shapes.
TEST(ValueCostTest, PaysForFieldsThatStandFarAway) {
  std::string members;
  for (int i = 0; i < 3000; ++i) members += "\"k" + std::to_string(i) + "\":1,";
  const std::string event = R"({"l": [)" + Repeat("1,", 999) + R"(1], "two": [{)" + members +
                            R"("far": 1}, {"a": 0, )" + members + R"("far": 1}]})";
  EXPECT_EQ(Evaluate("event.l.all(x, event.two.all(m, m.far == 1))", event, {.limits = {.cost = 6000}}), kOverBudget);
  EXPECT_EQ(Evaluate("event.l.all(x, event.two.all(m, m.none == 1 || true))", event, {.limits = {.cost = 6000}}),
            kOverBudget);
}

TEST(ValueCostTest, PaysForTheLengthOfAMacrosBody) {
  const std::string event = R"({"l": [)" + Repeat("1,", 999) + "1]}";
  const std::string body = "x" + Repeat(" + x", 900) + " > 0";
  EXPECT_EQ(Evaluate("event.l.all(x, " + body + ")", event, {.limits = {.cost = 3000}}), kOverBudget);
  EXPECT_EQ(Evaluate("event.l.all(x, x > 0 && x < 2)", event, {.limits = {.cost = 3000}}), "true");
}

}  // namespace
}  // namespace penstock::expr
