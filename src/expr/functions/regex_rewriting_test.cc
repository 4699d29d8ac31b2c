#include "expr/functions/regex_rewriting.h"

#include <gtest/gtest.h>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

constexpr Case kCases[] = {
    {"regex.replace(event.text, event.pattern, '#')", R"("order #, order #")"},
    {"regex.extract(event.text, event.pattern).value()", R"("17")"},
    {"regex.extractAll(event.text, event.pattern)", R"(["17","18"])"},
    {"regex.extractAll(event.text, event.broken)", "error: invalid regular expression: missing ): ("},
    {"regex.replace('größe', '', '-')", R"("-g-r-ö-ß-e-")"},
    {"regex.extractAll('', '')", R"([""])"},
};

TEST(RegexRewritingTest, TakesPatternsFromEventsToo) {
  for (const Case& item : kCases)
    EXPECT_EQ(Evaluate(item.source, R"({"text": "order 17, order 18", "pattern": "[0-9]+", "broken": "("})"),
              item.value)
        << item.source;
}

TEST(RegexRewritingTest, RefusesBrokenPatternsWhenTheExpressionIsCompiled) {
  EXPECT_NE(CompileError("regex.extract(event.a, '(')"), "");
  EXPECT_NE(CompileError("regex.extract(event.a, '(a)(b)')"), "");
  EXPECT_NE(CompileError("regex.extractAll(event.a, '(a)(b)')"), "");
  EXPECT_EQ(CompileError("regex.replace(event.a, '(a)(b)', '')"), "");
}

TEST(RegexRewritingTest, PaysForMemoryBeforeItIsTaken) {
  const std::string event = R"({"s": ")" + std::string(10'000, 'a') + R"("})";
  EXPECT_EQ(Evaluate("regex.replace(event.s, 'a', event.s)", event), kOverBudget);
}

// RE2's \C takes single bytes, and its \B holds between those of one character.
TEST(RegexRewritingTest, TearsNoCharacters) {
  EXPECT_EQ(Evaluate(R"(regex.replace('aö', r'\B', '-'))"), R"("aö-")");
  constexpr std::string_view kTorn =
      R"(error: the pattern's match begins or ends within a character; \C takes single bytes)";
  EXPECT_EQ(Evaluate(R"(regex.extract('ö', r'\C').value().reverse())"), kTorn);
  EXPECT_EQ(Evaluate(R"(regex.extract('ö', r'^\C(\C)').value().trim())"), kTorn);
  EXPECT_EQ(Evaluate(R"(regex.extractAll('ö', r'\C'))"), kTorn);
  EXPECT_EQ(Evaluate(R"(regex.replace('ö', r'\C', 'x'))"), kTorn);
  EXPECT_EQ(Evaluate(R"(regex.extract('ö', r'\C\C'))"), R"("ö")");
}

// Each search for `a.*b|a` reads on to the end of the text: together they take its length squared.
TEST(RegexRewritingTest, IsNotHeldUpByPatternsThatReadAhead) {
  const std::string event = R"({"s": ")" + std::string(100'000, 'a') + R"("})";
  EXPECT_EQ(Evaluate("regex.extractAll(event.s, 'a.*b|a')", event), kOverBudget);
}

}  // namespace
}  // namespace penstock::expr
