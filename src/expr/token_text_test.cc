#include "expr/token_text.h"

#include <gtest/gtest.h>

namespace penstock::expr {
namespace {

std::string Describe(std::string_view source) { return DescribeToken(Lexer(source).Next()); }

TEST(TokenTextTest, SaysWhatWasFound) {
  EXPECT_EQ(Describe("name"), "found 'name'");
  EXPECT_EQ(Describe("'text'"), "found ''text''");
  EXPECT_EQ(Describe(">="), "found '>='");
  EXPECT_EQ(Describe(""), "but the expression ends");
}

TEST(TokenTextTest, KnowsWhatOtherLanguagesWrite) {
  EXPECT_EQ(Describe("and"), "found 'and'; write '&&'");
  EXPECT_EQ(Describe("or"), "found 'or'; write '||'");
  EXPECT_EQ(Describe("is"), "found 'is'; write '=='");
  EXPECT_EQ(Describe("like"), "found 'like'; write x.contains(y)");
  EXPECT_EQ(Describe(".5"), "found '.5'; an element of a list is written x[0]");
}

TEST(TokenTextTest, CutsLongTokensBetweenCharacters) {
  std::string text = "'";
  for (int i = 0; i < 100; ++i) text += "é";
  EXPECT_EQ(Describe(text + "'"), "found '" + text.substr(0, 29) + "..'");
}

}  // namespace
}  // namespace penstock::expr
