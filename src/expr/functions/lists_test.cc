#include "expr/functions/lists.h"

#include <gtest/gtest.h>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

constexpr Case kCases[] = {
    {"event.l.slice(1, 3)", "[[2],3]"},
    {"event.l.slice(4, 5)", "error: a slice from 4 to 5 is not within a list of 4 elements"},
    {"event.l.reverse()", R"(["4",3,[2],1])"},
    {"event.l.flatten()", R"([1,2,3,"4"])"},
    {"[[[[1]]]].flatten(9223372036854775807)", "[1]"},
    {"event.l.first().value()", "1"},
    {"event.l.last().value()", R"("4")"},
    {"event.empty.last().hasValue()", "false"},
    {"event.mixed.sort()", "[-1,2,2.5]"},
    {"event.mixed.sortBy(x, -x)", "[2.5,2,-1]"},
    {"['b', 'a', 'c'].sortBy(x, 0)", R"(["b","a","c"])"},
    {"[1, 2, 3, 4].sortBy(x, x % 2)", "[2,4,1,3]"},
    {"[{'n': 2}, {'n': 1}].sortBy(p, p.n)", R"([{"n":1},{"n":2}])"},
    {"[1].sortBy(x, 1 / 0)", "error: divide by zero"},
    {"[1.0, double('NaN')].sort()", "error: NaN has no place in an order"},
    {"dyn(1).sortBy(x, x)", "error: no such overload: 'macro' of (int)"},
    {"event.l.sort()", "error: int and list have no common order"},
    {"[null].sort()", "error: null_type and null_type have no common order"},
    {"[1, 1u, 1.0, true, '1', b'1'].distinct()", R"([1,true,"1","MQ=="])"},
    {"[double('NaN'), double('NaN')].distinct().size()", "2"},
    {"[[1], [1.0], {'a': 1}, {'a': 1u}].distinct()", R"([[1],{"a":1}])"},
    {"lists.range(-1)", "error: a range has no negative number of elements"},
    {"lists.range(9223372036854775807)", kOverBudget},
};

TEST(ListsTest, MakeListsOfLists) {
  constexpr std::string_view kEvent = R"({"l": [1, [2], 3, "4"], "empty": [], "mixed": [2.5, -1, 2]})";
  for (const Case& item : kCases) EXPECT_EQ(Evaluate(item.source, kEvent), item.value) << item.source;
}

TEST(ListsTest, PayBeforeTheyTakeMemoryOrTime) {
  const std::string event =
      R"({"l": [)" + Repeat("[1],", 50'000) + R"([1]], "s": ")" + std::string(100'000, 'a') + R"("})";
  for (const std::string_view source :
       {"event.l.map(x, event.l.flatten())", "event.l.map(x, event.l.reverse())", "event.l.map(x, event.l.distinct())",
        "event.l.map(x, event.l.slice(0, 50000))", "event.l.map(x, lists.range(1000))",
        "lists.range(10000).map(i, event.s + string(i % 2)).sort()", "lists.range(100000).sortBy(i, -i)"})
    EXPECT_EQ(Evaluate(source, event), kOverBudget) << source;
}

// NaN equals nothing, and all of it hashes alike: each meets all those before it.
TEST(ListsTest, AreNotHeldUpByElementsThatEqualNothing) {
  EXPECT_EQ(Evaluate("lists.range(10000).map(i, double('NaN')).distinct()"), kOverBudget);
  EXPECT_EQ(Evaluate("lists.range(10000).map(i, [double('NaN')]).distinct()"), kOverBudget);
  EXPECT_EQ(Evaluate("lists.range(10000).map(i, [i]).distinct().size()"), "10000");
}

TEST(ListsTest, FlattenListsThatShareOneAnotherAtTheirPrice) {
  std::string source = "[1, 1]";
  for (int i = 0; i < 24; ++i) source = "cel.bind(x, " + source + ", [x, x])";
  EXPECT_EQ(Evaluate(source + ".flatten(100)"), kOverBudget);
}

}  // namespace
}  // namespace penstock::expr
