#include "expr/functions/optionals.h"

#include <gtest/gtest.h>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

constexpr Case kCases[] = {
    {"optional.of(1)", "1"},
    {"optional.none()", "null"},
    {"optional.of(1).hasValue()", "true"},
    {"optional.none().hasValue()", "false"},
    {"optional.of(1).value()", "1"},
    {"optional.none().value()", "error: optional.none() has no value"},
    {"optional.none().orValue(2)", "2"},
    {"optional.of(1).orValue(2)", "1"},
    {"optional.none().or(optional.of(2)).value()", "2"},
    {"optional.of(1).or(optional.of(2)).value()", "1"},
    {"optional.of(1) == optional.of(1)", "true"},
    {"optional.of(1) == optional.none()", "false"},
    {"optional.of(optional.none()).hasValue()", "true"},
    {"[?optional.none(), 1, ?optional.of(2)]", "[1,2]"},
    {"{?'a': optional.none(), ?'b': optional.of(1)}", R"({"b":1})"},
    {"{'a': {'b': 1}}.?a.b", "1"},
    {"{'a': {'b': 1}}.?x.b", "null"},
    {"dyn({'a': {'b': 1}}).?a.?x.?y.hasValue()", "false"},
    {"[1][?1].hasValue()", "false"},
    {"[1][?0].value()", "1"},
    {"[[1]][?0][0].value()", "1"},
    {"has({'a': {'b': 1}}.?a.b)", "true"},
    {"has({'a': {'b': 1}}.?x.b)", "false"},
};

TEST(OptionalsTest, HoldAValueOrNone) {
  for (const Case& item : kCases) EXPECT_EQ(Evaluate(item.source), item.value) << item.source;
}

TEST(OptionalsTest, TakeZeroValuesForNone) {
  for (const std::string_view zero :
       {"null", "false", "0", "0u", "0.0", "-0.0", "''", "b''", "[]", "{}", "timestamp(0)", "duration('0s')"})
    EXPECT_EQ(Evaluate("optional.ofNonZeroValue(" + std::string(zero) + ").hasValue()"), "false") << zero;
  for (const std::string_view other :
       {"true", "1", "0.1", "' '", "[0]", "{0: 0}", "timestamp(1)", "double('NaN')", "int"})
    EXPECT_EQ(Evaluate("optional.ofNonZeroValue(" + std::string(other) + ").hasValue()"), "true") << other;
}

TEST(OptionalsTest, ReachIntoEventsAsFarAsTheyGo) {
  constexpr std::string_view kEvent = R"({"user": {"name": "Ada", "tags": ["x"], "none": null}})";
  EXPECT_EQ(Evaluate("event.?user.?name.orValue('nobody')", kEvent), R"("Ada")");
  EXPECT_EQ(Evaluate("event.?customer.?name.orValue('nobody')", kEvent), R"("nobody")");
  EXPECT_EQ(Evaluate("event.?user.name", kEvent), R"("Ada")");
  EXPECT_EQ(Evaluate("event.?customer.name", kEvent), "null");
  EXPECT_EQ(Evaluate("event.user[?'tags'][?0].value()", kEvent), R"("x")");
  EXPECT_EQ(Evaluate("event.?user.tags[5].hasValue()", kEvent), "false");
  EXPECT_EQ(Evaluate("event.?user.?none.hasValue()", kEvent), "true");
  EXPECT_EQ(Evaluate("event.customer.?name", kEvent), "error: no such key: 'customer'");
  EXPECT_EQ(Evaluate("event.user.name.?x", kEvent), "error: cannot take the field 'x' of string");
}

TEST(OptionalsTest, RefuseWhatIsNone) {
  EXPECT_EQ(Evaluate("[?event.x]", R"({"x": 1})"), "error: what stands after '?' is no optional");
  EXPECT_EQ(Evaluate("{?'a': event.x}", R"({"x": 1})"), "error: what stands after '?' is no optional");
  EXPECT_EQ(Evaluate("event.x.hasValue()", R"({"x": 1})"), "error: no such overload: 'hasValue' of (int)");
}

}  // namespace
}  // namespace penstock::expr
