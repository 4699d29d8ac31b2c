#include "expr/route_terms.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "event/json_writer.h"
#include "expr/functions/standard_library.h"

namespace penstock::expr {
namespace {

// Each alternative in brackets; a term as the operand's kind and number, and its literals.
std::string TextOf(std::string_view source) {
  Environment environment(StandardLibrary());
  environment.AddVariable("event");
  Arena arena;
  std::string text;
  for (const Conjunction& terms : TermsOf(source, environment, arena)) {
    text += '[';
    for (const Term& term : terms) {
      text += (text.back() == '[' ? "" : " ") + std::string(1, "vsh"[static_cast<size_t>(term.operand.kind)]) +
              std::to_string(term.operand.number);
      constexpr std::string_view kSigns[] = {"=", "<", "<=", ">", ">=", "^"};
      for (const Atom& atom : term.atoms)
        text += std::string(kSigns[static_cast<size_t>(atom.kind)]) + ToJson(atom.literal);
    }
    text += ']';
  }
  return text;
}

TEST(RouteTermsTest, ComparisonsWithLiterals) {
  EXPECT_EQ(TextOf("event.a == 'x' && 3 <= event.a && event.a < 2.5"), R"([s0="x" s0>=3 s0<2.5])");
  EXPECT_EQ(TextOf("event == null"), "[v0=null]");
  EXPECT_EQ(TextOf("event.a.startsWith('x')"), R"([s0^"x"])");
  EXPECT_EQ(TextOf("event.a in ['x', -1, true]"), R"([s0="x"=-1=true])");
  EXPECT_EQ(TextOf("event.a in []"), "[s0]");
  EXPECT_EQ(TextOf("has(event.a) && !has(event.b)"), "[h0=true h1=false]");
}

TEST(RouteTermsTest, AlternativesAreMultipliedOut) {
  EXPECT_EQ(TextOf("event.a == 1 || event.a > 7 || event.b == 2"), "[s0=1>7][s1=2]");
  EXPECT_EQ(TextOf("(event.a == 1 || event.b == 2) && event.a < 9"), "[s0=1 s0<9][s1=2 s0<9]");
  EXPECT_EQ(TextOf("event.a == 1 && event.b == 2 || event.b == 3"), "[s0=1 s1=2][s1=3]");
}

TEST(RouteTermsTest, WhatIsNotATermIsLeftOut) {
  EXPECT_EQ(TextOf("event.a != 1 && event.b == 2"), "[s1=2]");
  EXPECT_EQ(TextOf("event.a == 1 || event.b != 2"), "[]");
  EXPECT_EQ(TextOf("event.a < 'x'"), "[]");
  EXPECT_EQ(TextOf("event.a == event.b"), "[]");
  EXPECT_EQ(TextOf("event.a ? true : false"), "[]");
  EXPECT_EQ(TextOf("[1].exists(event, event.a == 1)"), "[]");
}

TEST(RouteTermsTest, TooManyAlternativesSayNothing) {
  std::string source = "event.z == 1";
  for (int i = 0; i < 5; ++i)
    source += " && (event.a" + std::to_string(i) + " == 1 || event.b" + std::to_string(i) + " == 1)";
  std::string text = TextOf(source);
  EXPECT_EQ(std::count(text.begin(), text.end(), '['), 16);
  source = "event.a == 1";
  for (int i = 0; i < 16; ++i) source += " || event.b" + std::to_string(i) + " == 1";
  EXPECT_EQ(TextOf(source), "[]");
}

// Behind what may use up the budget stands only what is free.
TEST(RouteTermsTest, BehindWhatMayCostMuch) {
  const std::string costly = "event.l.all(x, x > 0)";
  EXPECT_EQ(TextOf(costly + " && event.a == 'x' && event.b > 1"), R"([s0="x" s1>1])");
  EXPECT_EQ(TextOf(costly + " && event.a in ['x']"), "[]");
  EXPECT_EQ(TextOf(costly + " && has(event.a)"), "[]");
  EXPECT_EQ(TextOf(costly + " && event.a == '" + std::string(64, 'x') + "'"), "[]");
  EXPECT_EQ(TextOf("event.a in ['x'] && " + costly), R"([s0="x"])");
  EXPECT_EQ(TextOf("!(event.b == 1) && event.a in ['x']"), R"([s1="x"])");
}

}  // namespace
}  // namespace penstock::expr
