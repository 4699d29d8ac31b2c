#include "expr/macro.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

struct Case {
  std::string_view source;
  std::string_view value;
};

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
