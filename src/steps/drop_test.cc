#include "steps/drop.h"

#include <gtest/gtest.h>

#include "steps/step_chain.h"

namespace penstock {
namespace {

TEST(Drop, EndsWhatMatchesAndCountsItByRule) {
  StepChain chain("[drop: { when: event.a < 5, name: small }, drop: { when: event.a > 9 }]");
  ASSERT_EQ(chain.problems(), "");
  for (const char* event : {R"({"a":4})", R"({"a":5})", R"({"a":10})", R"({"a":1})"}) chain.Add(event);
  chain.Prepare();
  EXPECT_EQ(chain.FateOf(0), "dropped by small");
  EXPECT_EQ(chain.FateOf(1), R"({"a":5})");
  EXPECT_EQ(chain.FateOf(2), "dropped by list[1].drop");
  EXPECT_EQ(chain.FateOf(3), "dropped by small");
  EXPECT_EQ(chain.drops(0), 2U);
  EXPECT_EQ(chain.drops(1), 1U);
}

TEST(Drop, AConditionThatSaysNothingKillsOnlyItsRow) {
  StepChain chain("[drop: { when: event.a }]");
  for (const char* event : {R"({"b":1})", R"({"a":1})", R"({"a":false})"}) chain.Add(event);
  chain.Prepare();
  EXPECT_EQ(chain.FateOf(0), "expression at list[0].drop: no such key: 'a'");
  EXPECT_EQ(chain.FateOf(1), "expression at list[0].drop: the condition gives neither true nor false");
  EXPECT_EQ(chain.FateOf(2), R"({"a":false})");
  EXPECT_EQ(chain.drops(0), 0U);
}

TEST(Drop, LeavesTheDeadAlone) {
  StepChain chain("[drop: { when: event.a }, drop: { when: 'true' }]");
  EXPECT_EQ(chain.After("{}"), "expression at list[0].drop: no such key: 'a'");
  EXPECT_EQ(chain.drops(1), 0U);
}

TEST(Drop, WantsATruthValue) {
  EXPECT_NE(StepChain("[drop: { when: 1 + 1 }]").problems().find("has to give a bool"), std::string::npos);
}

}  // namespace
}  // namespace penstock
