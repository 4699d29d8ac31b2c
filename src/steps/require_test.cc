#include "steps/require.h"

#include <gtest/gtest.h>

#include "steps/step_chain.h"

namespace penstock {
namespace {

TEST(Require, WhatDoesNotHoldIsADeadLetter) {
  StepChain chain("[require: { that: event.a > 1 }, require: { that: event.a < 9, message: too large }]");
  ASSERT_EQ(chain.problems(), "");
  for (const char* event : {R"({"a":5})", R"({"a":1})", R"({"a":9})", "{}", R"({"a":"x"})"}) chain.Add(event);
  chain.Prepare();
  EXPECT_EQ(chain.FateOf(0), R"({"a":5})");
  EXPECT_EQ(chain.FateOf(1), "require at list[0].require: this does not hold: event.a > 1");
  EXPECT_EQ(chain.FateOf(2), "require at list[1].require: too large");
  EXPECT_EQ(chain.FateOf(3), "require at list[0].require: this does not hold: event.a > 1: no such key: 'a'");
  EXPECT_TRUE(chain.FateOf(4).starts_with("require at list[0].require: ")) << chain.FateOf(4);
}

TEST(Require, MayAskForReviewOfAnAnswer) {
  StepChain chain("[]", "[require: { that: output.score < 0.5, else: review }]");
  ASSERT_EQ(chain.problems(), "");
  for (const char* output : {R"({"score":0.1})", R"({"score":0.9})", "{}", "null"}) chain.Add("{}", output);
  chain.Postprocess();
  std::string reviewed;
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(chain.FateOf(i), "{}");
    reviewed += chain.row(i).for_review ? "y" : "n";
  }
  EXPECT_EQ(reviewed, "nyyn");  // what cannot be evaluated does not hold; no answer, no demand
}

TEST(Require, BeforeAnAnswerThereIsNothingToReview) {
  EXPECT_NE(StepChain("[require: { that: 'true', else: review }]").problems().find("only 'dead' is possible"),
            std::string::npos);
}

}  // namespace
}  // namespace penstock
