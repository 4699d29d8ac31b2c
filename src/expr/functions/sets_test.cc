#include "expr/functions/sets.h"

#include <gtest/gtest.h>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

constexpr Case kCases[] = {
    {"sets.contains(event.l, [2.0])", "true"},
    {"sets.contains([1, 2, [3], {'a': [4]}, 'x'], event.l)", "true"},
    {"sets.equivalent(event.l, event.l)", "true"},
    {"sets.intersects(event.l, [[3.0]])", "true"},
    {"sets.contains(dyn([ip('10.0.0.1')]), dyn(['10.0.0.1']))", "false"},
    {"sets.contains([timestamp(0)], [timestamp('1970-01-01T00:00:00Z')])", "true"},
};

TEST(SetsTest, CompareAsTheOperatorDoes) {
  for (const Case& item : kCases)
    EXPECT_EQ(Evaluate(item.source, R"({"l": [1, 2, [3], {"a": [4]}, "x"]})"), item.value) << item.source;
}

TEST(SetsTest, TakeTimeThatGrowsWithTheLists) {
  const std::string event = R"({"l": [)" + Repeat("[1, 2],", 20'000) + "[3]]}";
  EXPECT_EQ(Evaluate("sets.equivalent(event.l, event.l)", event), "true");
  EXPECT_EQ(Evaluate("sets.contains(lists.range(50000), lists.range(50000).reverse())"), "true");
  EXPECT_EQ(Evaluate("sets.intersects(event.l, [[4]])", event), "false");
}

TEST(SetsTest, PayForWhatTheyRead) {
  const std::string event = R"({"l": [)" + Repeat("1,", 9999) + "1]}";
  for (const std::string name : {"contains", "equivalent", "intersects"})
    EXPECT_EQ(Evaluate("event.l.map(x, sets." + name + "(event.l, [2]))", event), kOverBudget) << name;
  EXPECT_EQ(Evaluate("sets.contains(lists.range(10000).map(i, double('NaN')), [1.0])"), kOverBudget);
}

}  // namespace
}  // namespace penstock::expr
