#include "steps/variables.h"

#include <gtest/gtest.h>

#include "expr/functions/standard_library.h"
#include "expr/program.h"

namespace penstock {
namespace {

TEST(Variables, CountsNamesOnce) {
  expr::Environment environment(expr::StandardLibrary());
  Variables variables(environment);
  EXPECT_EQ(variables.AddName("risk", expr::Type::Dyn()), 0U);
  EXPECT_EQ(variables.AddName("region", expr::Type::Dyn()), 1U);
  EXPECT_EQ(variables.AddName("risk", expr::Type::Dyn()), 0U);
  EXPECT_EQ(variables.added(), (std::vector<std::string>{"risk", "region"}));
  EXPECT_EQ(variables.FindName("region"), 1U);
  EXPECT_FALSE(variables.FindName("event"));
  EXPECT_NE(variables.VariableOf(0), variables.VariableOf(1));
}

TEST(Variables, KnowsWhatExpressionsLookAt) {
  expr::Environment environment(expr::StandardLibrary());
  Variables variables(environment);
  ASSERT_TRUE(expr::Program::Compile("source.topic == 'a' && event.x", environment));
  EXPECT_TRUE(variables.IsUsed(variables.source()));
  EXPECT_TRUE(variables.IsUsed(variables.event()));
  EXPECT_FALSE(variables.IsUsed(variables.key()));
  EXPECT_FALSE(variables.IsUsed(variables.headers()));
}

TEST(Variables, AnAnswerIsThereFromItsTimeOn) {
  expr::Environment environment(expr::StandardLibrary());
  Variables variables(environment);
  EXPECT_FALSE(variables.has_answer());
  EXPECT_FALSE(expr::Program::Compile("output.score", environment));
  variables.AddAnswer();
  EXPECT_TRUE(variables.has_answer());
  EXPECT_TRUE(expr::Program::Compile("output.score > 0.5 && route == model", environment));
}

TEST(ReservedNames, AreThoseWithAMeaning) {
  for (const char* name : {"event", "key", "headers", "source", "output", "route", "model", "in", "true", "has"})
    EXPECT_TRUE(IsReservedName(name)) << name;
  for (const char* name : {"risk", "Event", "trueish", ""}) EXPECT_FALSE(IsReservedName(name)) << name;
}

}  // namespace
}  // namespace penstock
