#include "expr/limits.h"

#include <gtest/gtest.h>

#include <string>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

constexpr std::string_view kTenItems = R"({"l": [0,1,2,3,4,5,6,7,8,9]})";

// event.l.map(a, event.l.map(b, ..)), so many within each other.
std::string Nested(std::string_view macro, int levels) {
  std::string source = "true";
  for (int level = 0; level < levels; ++level)
    source = "event.l." + std::string(macro) + "(v" + std::to_string(level) + ", " + source + ")";
  return source;
}

TEST(Limits, EndNestedMacros) {
  for (const std::string_view macro : {"map", "all", "exists_one"})
    EXPECT_EQ(Evaluate(Nested(macro, 8), kTenItems), kOverBudget) << macro;
  EXPECT_EQ(Evaluate(Nested("all", 3), kTenItems), "true");
  EXPECT_EQ(Evaluate(Nested("all", 3), kTenItems, {.limits = {.cost = 1000}}), kOverBudget);
}

TEST(Limits, ArePaidBeforeMemoryIsTaken) {
  for (const char* source :
       {"lists.range(2000000000).size()", "'%.1000f'.format([1.0]).size() > lists.range(99999999).size()",
        "lists.range(1000).map(i, lists.range(10000)).flatten().size()",
        "['0123456789'].map(a, a+a).map(a, a+a+a+a+a+a+a+a).map(a, a.replace('', a)).map(a, a.replace('', a)).map(a, "
        "a.replace('', a)).size()"})
    EXPECT_EQ(Evaluate(source), kOverBudget) << source;
}

TEST(Limits, BoundTexts) {
  EXPECT_EQ(Evaluate("1 + 1", "{}", {.limits = {.source_bytes = 5}}), "2");
  EXPECT_TRUE(Evaluate("1 + 10", "{}", {.limits = {.source_bytes = 5}}).starts_with("invalid: "));
  EXPECT_EQ(Evaluate("((1))", "{}", {.limits = {.nesting = 3}}), "1");
  EXPECT_TRUE(Evaluate("(((1)))", "{}", {.limits = {.nesting = 3}}).starts_with("invalid: "));
}

TEST(Limits, BoundPatternsKnownAndNew) {
  const EvaluateOptions options{.limits = {.pattern_size = 100}};
  EXPECT_EQ(Evaluate("'aaa'.matches('a{3}')", "{}", options), "true");
  EXPECT_NE(Evaluate("'aaa'.matches('a{300}')", "{}", options).find("more than 100 instructions"), std::string::npos);
  EXPECT_NE(Evaluate("'aaa'.matches(event.p)", R"({"p": "a{300}"})", options).find("more than 100 instructions"),
            std::string::npos);
  std::string large;
  for (int i = 0; i < 12; ++i) large += "a{1000}";
  EXPECT_NE(Evaluate("'a'.matches('" + large + "')").find("more than 10000 instructions"), std::string::npos);
  EXPECT_NE(Evaluate("'a'.matches('((a{1,100}){1,100}){1,100}')").find("invalid regular expression"),
            std::string::npos);
}

}  // namespace
}  // namespace penstock::expr
