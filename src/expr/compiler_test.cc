#include "expr/compiler.h"

#include <gtest/gtest.h>

#include "expr/evaluate_text.h"
#include "expr/random_expression.h"

namespace penstock::expr {
namespace {

// Errors name values differently where one was known before; that there is an error is the same.
std::string ValueOrError(std::string_view source, bool check) {
  const std::string text = Evaluate(source, RandomExpression::kEvent, {.check = check});
  return text.starts_with("error: ") ? "error" : text;
}

void ExpectSame(uint64_t seed, const RandomText& text) {
  const std::string over_variables = ValueOrError(text.over_variables, true);
  ASSERT_FALSE(over_variables.starts_with("invalid")) << "seed " << seed << ": " << over_variables;
  EXPECT_EQ(ValueOrError(text.over_literals, true), over_variables) << "seed " << seed << ": " << text.over_literals;
  EXPECT_EQ(ValueOrError(text.over_literals, false), over_variables) << "seed " << seed << ": " << text.over_literals;
}

TEST(CompilerTest, FoldsLiteralsIntoWhatEvaluationWouldGive) {
  for (uint64_t seed = 1; seed <= 4000; ++seed) {
    RandomExpression random(seed);
    const int depth = static_cast<int>(seed % 5) + 1;
    ExpectSame(seed, seed % 3 == 0 ? random.Bool(depth) : seed % 3 == 1 ? random.Int(depth) : random.List(depth));
    ExpectSame(seed, random.String(depth));
    if (HasFailure()) return;
  }
}

TEST(CompilerTest, GivesTheSameEachTime) {
  for (uint64_t seed = 1; seed <= 500; ++seed) {
    RandomExpression random(seed);
    Evaluated evaluated(random.Bool(4).over_variables, RandomExpression::kEvent);
    ASSERT_TRUE(evaluated.compiled()) << "seed " << seed;
    EXPECT_EQ(ToJson(evaluated.Again()), ToJson(evaluated.value())) << "seed " << seed;
  }
}

constexpr std::string_view kEvent =
    R"({"n": 3, "s": "text", "b": true, "l": [1, 2], "m": {"k": {"d": 4}}, "nil": null, "x": {"y": 1}})";

constexpr Case kMixed[] = {
    {"1 + 2 + event.n", "6"},
    {"event.n + 1 + 2", "6"},
    {"[1, event.n, 2 + 2]", "[1,3,4]"},
    {"{'a': event.n, 'b': 1 + 1}", R"({"a":3,"b":2})"},
    {"size('a' + 'b') + event.n", "5"},
    {"event.n == 3 && 3 == event.n", "true"},
    {"event.n > 2 && 2 < event.n && event.n >= 3 && event.n <= 3 && !(event.n < 3)", "true"},
    {"event.n != 3", "false"},
    {"event.s == 's' + event.s", "false"},
    {"event.m.k.d + event.m['k'].d + event['m']['k']['d']", "12"},
    {"event.l[0] + event.l[event.l[0]]", "3"},
    {"true ? event.n : 1 / 0", "3"},
    {"false ? 1 / 0 : event.n", "3"},
    {"(event.b ? event.m : event.x).k.d", "4"},
    {"[event.m, event.x].map(v, has(v.k))", "[true,false]"},
    {"[1, 2].map(v, v + event.n).map(v, v * 2)", "[8,10]"},
    {"[[1], [2, 3]].map(v, v.map(w, w + size(v) + event.n))", "[[5],[7,8]]"},
    {"event.l.map(v, event.l.filter(w, w != v))", "[[2],[1]]"},
    {"event.n in [1, 2, 3]", "true"},
    {"event.s in {'text': 1}", "true"},
    {"event.s.size() + size(event.s)", "8"},
    {"1 / 0 == 1 || event.b", "true"},
    {"event.b || 1 / 0 == 1", "true"},
    {"event.b && 1 / 0 == 1", "error: divide by zero"},
    {"event.none == 1 || event.b", "true"},
    {"int(event.none)", "error: no such key: 'none'"},
    {"event.n.a.b", "error: cannot take the field 'a' of what is no map"},
    {"event.nil.a", "error: cannot take the field 'a' of what is no map"},
    {"event", R"({"n": 3, "s": "text", "b": true, "l": [1, 2], "m": {"k": {"d": 4}}, "nil": null, "x": {"y": 1}})"},
};

TEST(CompilerTest, MixesLiteralsAndFields) {
  for (const Case& item : kMixed) EXPECT_EQ(Evaluate(item.source, kEvent), item.value) << item.source;
}

constexpr Case kUnchecked[] = {
    {"nobody", "error: unknown name 'nobody'"},
    {"nobody || true", "true"},
    {"f(1)", "error: unknown function 'f'"},
    {"1 + 'a'", "error: no such overload: '+' of (int, string)"},
    {"size(1, 2)", "error: no such overload: 'size' of (int, int)"},
    {"true ? 1 : 'a'", "1"},
    {"(1).a", "error: cannot take the field 'a' of int"},
    {"{[1]: 2}", "error: a map's key is a string, int, uint or bool"},
    {"{1.5: 2}", "error: a map's key is a string, int, uint or bool"},
};

// A constant that a binding ends in comes after the instructions of what is bound: these are no part of the comparison.
TEST(CompilerTest, ComparesWithConstantsThatBindingsEndIn) {
  const auto evaluate = [](std::string_view source) { return Evaluate(source, RandomExpression::kEvent); };
  EXPECT_EQ(evaluate("event.i1 == cel.bind(v, event.i0 + 1, 7)"), "true");
  EXPECT_EQ(evaluate("event.i1 == cel.bind(v, event.i0, 0)"), "false");
  EXPECT_EQ(evaluate("event.i1 < cel.bind(v, event.i0, 8)"), "true");
  EXPECT_EQ(evaluate("event.b0 && cel.bind(v, event.i1 == 0, 3) == 3"), "true");
  EXPECT_EQ(evaluate("event.b1 || cel.bind(v, event.i1 in [7], 3) == 4"), "false");
  EXPECT_EQ(evaluate("cel.bind(v, event.i1 == 7, 3) == 4 || event.b1"), "false");
}

TEST(CompilerTest, LeavesMistakesToEvaluationWithoutTheChecker) {
  for (const Case& item : kUnchecked)
    EXPECT_EQ(Evaluate(item.source, kEvent, {.check = false}), item.value) << item.source;
}

TEST(CompilerTest, HoldsLargeExpressions) {
  EXPECT_EQ(Evaluate("size([" + Repeat("event.n,", 12'000) + "1])", kEvent), "12001");
  EXPECT_EQ(Evaluate("event.n" + Repeat(" + 1", 990), kEvent), "993");
  EXPECT_EQ(Evaluate("event.b" + Repeat(" && event.b", 8'000), kEvent), "true");
  EXPECT_EQ(Evaluate("event" + Repeat(".m", 990), kEvent), "error: no such key: 'm'");
  EXPECT_EQ(Evaluate(Repeat("event.b ? ", 1) + "1 : " + Repeat("!event.b ? 2 : ", 240) + "3", kEvent), "1");
  EXPECT_EQ(Evaluate(Repeat("[", 240) + "event.n" + Repeat("]", 240), kEvent),
            Repeat("[", 240) + "3" + Repeat("]", 240));
}

// A chain that is no path is looked at from each of its ends.
TEST(CompilerTest, StaysQuickWithLongChains) {
  EXPECT_EQ(Evaluate("dyn(event)" + Repeat(".m", 980), kEvent), "error: no such key: 'm'");
  EXPECT_EQ(Evaluate("[event].map(v, v" + Repeat(".m", 980) + ")", kEvent), "error: no such key: 'm'");
  std::string chains;
  for (int i = 0; i < 20; ++i) chains += "v" + Repeat(".m", 980) + ",";
  EXPECT_EQ(Evaluate("[event].map(v, [" + chains + "])", kEvent), "error: no such key: 'm'");
}

}  // namespace
}  // namespace penstock::expr
