#include "expr/macro.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

constexpr Case kCases[] = {
    {"[1, 2, 3].all(x, x > 0)", "true"},
    {"[1, 2, 3].all(x, x > 1)", "false"},
    {"[].all(x, false)", "true"},
    {"[1, 2, 3].exists(x, x == 2)", "true"},
    {"[].exists(x, true)", "false"},
    {"[1, 2, 3].exists_one(x, x > 2)", "true"},
    {"[1, 2, 3].existsOne(x, x > 1)", "false"},
    {"[].exists_one(x, true)", "false"},
    {"[1, 2, 3].filter(x, x != 2)", "[1,3]"},
    {"[1, 2, 3].map(x, x * x)", "[1,4,9]"},
    {"[1, 2, 3].map(x, x != 2, x * x)", "[1,9]"},
    {"[[1, 2], [3]].map(x, x.map(y, y + size(x)))", "[[3,4],[4]]"},
    {"[1, 2].map(x, [3].map(x, x))", "[[3],[3]]"},
    {"[1, 2].map(x, [x].map(y, [y].map(z, x + y + z)))", "[[[3]],[[6]]]"},
    {"[1, 2].filter(x, [2, 3].exists(y, x == y)).map(x, x + 10)", "[12]"},
    {"{'b': 1, 'a': 2}.map(k, k)", R"(["b","a"])"},
    {"{1: 2}.all(k, k == 1)", "true"},
    {"[1].map(event, event)", "[1]"},
    {"has({'a': 1}.a)", "true"},
    {"has({'a': 1}.b)", "false"},
    {"has({'a': null}.a)", "true"},
};

// Two variables, bindings and optionals, over values that are only known when the expression runs.
constexpr std::string_view kEvent = R"({"l": [5, 7], "m": {"a": 1, "b": 2, "a": 3}, "n": 4, "none": {}})";
constexpr Case kEventCases[] = {
    {"event.l.all(i, x, x > i)", "true"},
    {"event.l.exists(i, x, x == 7 && i == 1)", "true"},
    {"event.l.exists_one(i, x, x > i)", "false"},
    {"event.m.transformList(k, v, k + string(v))", R"(["b2","a3"])"},
    {"event.m.transformMap(k, v, k == 'a', v + event.n)", R"({"a":7})"},
    {"event.l.transformMap(i, x, x * event.n)", R"({"0":20,"1":28})"},
    {"event.m.transformMapEntry(k, v, {v: k, 'x' + k: v})", R"({"2":"b","xb":2,"3":"a","xa":3})"},
    {"event.m.transformMapEntry(k, v, {'x': v})", "error: the map has the same key twice"},
    {"event.m.transformMapEntry(k, v, v)", "error: no such overload: 'transformMapEntry' of (int)"},
    {"event.l.transformMap(i, x, x / i)", "error: divide by zero"},
    {"event.none.transformMap(k, v, v)", "{}"},
    {"event.l.transformList(i, x, event.l.transformList(j, y, x + y + i + j))", "[[10,13],[13,16]]"},
    {"event.n + cel.bind(x, event.n * 2, x + event.n) + cel.bind(y, event.n, y)", "20"},
    {"cel.bind(x, event.n, cel.bind(y, x + 1, [x, y, cel.bind(x, y + 1, x), x]))", "[4,5,6,4]"},
    {"event.l.map(x, cel.bind(y, x + 1, y * y))", "[36,64]"},
    {"cel.bind(x, event.n, x) == event.n && cel.bind(x, true, x)", "true"},
    {"cel.bind(x, event.missing, true)", "true"},
    {"cel.bind(x, event.missing, x)", "error: no such key: 'missing'"},
    {"event.?n.optMap(x, x + 1).orValue(0)", "5"},
    {"event.?missing.optMap(x, 1 / 0).hasValue()", "false"},
    {"event.?n.optMap(x, event.?n.optMap(y, x * y).value()).value()", "16"},
    {"event.?m.optFlatMap(m, m.?a).value()", "3"},
    {"event.?m.optFlatMap(m, m.?c).hasValue()", "false"},
    {"event.l.sortBy(x, event.l.sortBy(y, y)[0] - x)", "[7,5]"},
    {"math.greatest(event.n, event.l[0], 1)", "5"},
};

TEST(MacroTest, BindsWhatIsOnlyKnownWhenItRuns) {
  for (const Case& item : kEventCases) {
    EXPECT_EQ(Evaluate(item.source, kEvent), item.value) << item.source;
    EXPECT_EQ(Evaluate(item.source, kEvent, {.check = false}), item.value) << item.source;
  }
}

constexpr Case kMistakes[] = {
    {"[1].all(i, i, true)", "1:12: the two variables of a macro have different names, as in x.all(i, y, condition)"},
    {"cel.bind(a.b, 1, 2)", "1:12: expected the name of a variable, as in cel.bind(x, value, expression)"},
    {"cel.bind(x, 1)", "1:5: 'bind' is written cel.bind(x, value, expression)"},
    {"{1: 2}.transformMapEntry(k, v, 1)", "1:32: what is collected must be a map, and is int"},
    {"[1].sortBy(x, [x]) + 1", ""},
};

TEST(MacroTest, SaysWhatIsWrong) {
  for (const Case& item : kMistakes) {
    const std::string error = CompileError(item.source);
    EXPECT_FALSE(error.empty()) << item.source;
    EXPECT_TRUE(error.starts_with(item.value)) << error;
  }
}

TEST(MacroTest, IsBoundedWhereItIsChained) {
  std::string event = "event";
  for (const std::string_view link : {".?a.optMap(x, x)", ".sortBy(x, x)", ".transformList(i, x, x)"}) {
    EXPECT_NE(CompileError(event + Repeat(link, 2000)), "") << link;
    EXPECT_EQ(CompileError(event + Repeat(link, 100)), "") << link;
  }
}

TEST(MacroTest, PaysBeforeItTakesMemory) {
  const std::string list = R"({"l": [)" + Repeat("1,", 999) + "1]}";
  for (const std::string_view source :
       {"event.l.map(x, event.l.transformMap(i, y, i))", "event.l.map(x, event.l.transformMapEntry(i, y, {i: x}))",
        "event.l.map(x, event.l.sortBy(y, y))"})
    EXPECT_EQ(Evaluate(source, list), "error: the expression costs more than it may") << source;
}

TEST(MacroTest, ComputesWhatItsNameSays) {
  for (const Case& item : kCases) EXPECT_EQ(Evaluate(item.source), item.value) << item.source;
}

// all and exists are what && and || would make of the rounds; the others end with the first error.
constexpr Case kErrorCases[] = {
    {"[0, 1].exists(x, 1 / x == 1)", "true"},
    {"[0, 2].exists(x, 1 / x == 1)", "error: divide by zero"},
    {"[0, 2].all(x, 1 / x == 1)", "false"},
    {"[0, 1].all(x, 1 / x == 1)", "error: divide by zero"},
    {"[0, 1].exists_one(x, 1 / x == 1)", "error: divide by zero"},
    {"[1, 0].filter(x, 1 / x == 1)", "error: divide by zero"},
    {"[1, 0].map(x, 1 / x)", "error: divide by zero"},
    {"[1, 0].map(x, 1 / x == 1, x)", "error: divide by zero"},
    {"[1].map(x, dyn(x), x)", "error: no such overload: 'bool' of (int)"},
    {"[1].all(x, dyn(x))", "error: no such overload: 'bool' of (int)"},
    {"dyn(1).all(x, x)", "error: no such overload: 'macro' of (int)"},
    {"event.missing.all(x, x)", "error: no such key: 'missing'"},
};

TEST(MacroTest, TreatsErrorsAsItsOperatorDoes) {
  for (const Case& item : kErrorCases) EXPECT_EQ(Evaluate(item.source), item.value) << item.source;
}

TEST(MacroTest, LeavesOtherCallsAlone) {
  EXPECT_TRUE(MacroForm("size").empty());
  EXPECT_EQ(MacroForm("map"), "x.map(y, value)");
  EXPECT_EQ(MacroForm("has"), "has(x.field)");
  const std::vector<std::string_view> names = MacroNames();
  EXPECT_NE(std::find(names.begin(), names.end(), "exists_one"), names.end());
}

TEST(MacroTest, GivesTheSameWithoutTheChecker) {
  for (const Case& item : kCases) EXPECT_EQ(Evaluate(item.source, "{}", {.check = false}), item.value) << item.source;
  for (const Case& item : kErrorCases)
    EXPECT_EQ(Evaluate(item.source, "{}", {.check = false}), item.value) << item.source;
}

}  // namespace
}  // namespace penstock::expr
