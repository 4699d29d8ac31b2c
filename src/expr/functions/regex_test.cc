#include "expr/functions/regex.h"

#include <gtest/gtest.h>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

constexpr Case kCases[] = {
    {"'merchant-17'.matches('^merchant-[0-9]+$')", "true"},
    {"'a merchant-17'.matches('^merchant-[0-9]+$')", "false"},
    {"'xabcx'.matches('abc')", "true"},
    {"matches('xabcx', 'abc')", "true"},
    {"'abc'.matches('')", "true"},
    {"'é'.matches('^.$')", "true"},
    {"'a\\nb'.matches('a.b')", "false"},
    {"'a\\nb'.matches('(?s)a.b')", "true"},
    {"'ABC'.matches('(?i)abc')", "true"},
    {"'Ünder'.matches(r'^\\pL+$')", "true"},
};

TEST(RegexTest, MatchesAnywhereUnlessAnchored) {
  for (const Case& item : kCases) EXPECT_EQ(Evaluate(item.source), item.value) << item.source;
}

TEST(RegexTest, GivesTheSameForPatternsKnownOnlyFromTheEvent) {
  constexpr std::string_view kEvent = R"({"text": "merchant-17", "pattern": "^merchant-[0-9]+$", "bad": "(", "n": 1})";
  EXPECT_EQ(Evaluate("event.text.matches(event.pattern)", kEvent), "true");
  EXPECT_EQ(Evaluate("event.text.matches('^merchant')", kEvent), "true");
  EXPECT_EQ(Evaluate("event.text.matches(event.bad)", kEvent), "error: invalid regular expression: missing ): (");
  EXPECT_EQ(Evaluate("event.n.matches('a')", kEvent), "error: no such overload: 'matches' of (int, string)");
  EXPECT_EQ(Evaluate("event.text.matches(event.n)", kEvent), "error: no such overload: 'matches' of (string, int)");
}

TEST(RegexTest, RefusesAWrongPatternWhenTheExpressionIsCompiled) {
  EXPECT_EQ(CompileError("event.a == 1 &&\n  event.name.matches('(a')"),
            "2:14: invalid regular expression: missing ): (a\n"
            "    event.name.matches('(a')\n"
            "               ^");
  EXPECT_EQ(CompileError("'x'.matches(r'\\1')"),
            "1:5: invalid regular expression: invalid escape sequence: \\1\n  'x'.matches(r'\\1')\n      ^");
  EXPECT_NE(CompileError("'x'.matches('(?=a)')"), "");
  EXPECT_NE(CompileError("event.a.matches('" + Repeat("a", 10'001) + "')"), "");
}

TEST(RegexTest, RefusesPatternsThatGrow) {
  EXPECT_NE(CompileError("'a'.matches('((a{100}){100}){100}')"), "");
  EXPECT_NE(CompileError(R"('a'.matches(r'\pL{1000}'))"), "");
}

// Patterns that take a backtracking engine exponential time, and this one's automaton a state for each byte.
TEST(RegexTest, IsNotHeldUpByBombs) {
  std::string text;
  for (size_t i = 0; i < 30'000; ++i) text += i * i % 7 < 3 ? 'a' : 'b';
  const std::string event = R"({"text": ")" + text + R"("})";
  EXPECT_EQ(Evaluate("event.text.matches('^(a+)+$')", event), "false");
  EXPECT_EQ(Evaluate("event.text.matches('(a|a)*c')", event), "false");
  EXPECT_EQ(Evaluate("event.text.matches('(.*b.{900})c')", event), "error: the expression costs more than it may");
}

TEST(RegexTest, PaysForPatternsCompiledForEveryRound) {
  const std::string event = R"({"l": [)" + Repeat("1,", 999) + "1]}";
  EXPECT_EQ(Evaluate("event.l.map(x, 'a'.matches('x{1000}' + string(x)))", event),
            "error: the expression costs more than it may");
  EXPECT_EQ(Evaluate("size(event.l.map(x, string(x).matches('x{1000}')))", event), "1000");
}

}  // namespace
}  // namespace penstock::expr
