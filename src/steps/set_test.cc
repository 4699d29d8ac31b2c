#include "steps/set.h"

#include <gtest/gtest.h>

#include "steps/step_chain.h"

namespace penstock {
namespace {

TEST(Set, AssignsInOrderAndSeesWhatItHasSet) {
  StepChain chain("[set: { a: event.x + 1, b: a * 10, event.x: b, c: event.x }]");
  ASSERT_EQ(chain.problems(), "");
  const size_t first = chain.Add(R"({"x":1})");
  const size_t second = chain.Add(R"({"x":2})");
  chain.Prepare();
  EXPECT_EQ(chain.Added(first, "a") + " " + chain.Added(first, "b") + " " + chain.Added(first, "c"), "2 20 20");
  EXPECT_EQ(chain.FateOf(first), R"({"x":20})");
  EXPECT_EQ(chain.Added(second, "c"), "30");
  EXPECT_EQ(chain.FateOf(second), R"({"x":30})");
}

// Paths are looked up once per event: one that was found before an assignment must not be found after it.
TEST(Set, NoExpressionSeesAFieldAsItWasBefore) {
  StepChain chain(
      "[set: { before: event.a.b, event.a.b: event.a.b + 1, after: event.a.b, event.a: 5, last: event.a }]");
  ASSERT_EQ(chain.problems(), "");
  const size_t row = chain.Add(R"({"a":{"b":1}})");
  chain.Prepare();
  EXPECT_EQ(chain.Added(row, "before"), "1");
  EXPECT_EQ(chain.Added(row, "after"), "2");
  EXPECT_EQ(chain.Added(row, "last"), "5");
}

TEST(Set, ANameMayBeSetAgain) {
  StepChain chain("[set: { m: '{\"n\": 1}' }, set: { m: '{\"n\": m.n + 1}', seen: m.n }]");
  ASSERT_EQ(chain.problems(), "");
  const size_t row = chain.Add("{}");
  chain.Prepare();
  EXPECT_EQ(chain.Added(row, "seen"), "2");
}

TEST(Set, AnErrorKillsOnlyItsRowAndSaysWhereItWas) {
  StepChain chain("[set: { a: event.x, event.y: 10 / a }]");
  for (const char* event : {"{}", R"({"x":0})", R"({"x":5})"}) chain.Add(event);
  chain.Prepare();
  EXPECT_EQ(chain.FateOf(0), "expression at list[0].set: a: no such key: 'x'");
  EXPECT_EQ(chain.FateOf(1).substr(0, 38), "expression at list[0].set: event.y: di");
  EXPECT_EQ(chain.FateOf(2), R"({"x":5,"y":2})");
  EXPECT_EQ(chain.Added(2, "a"), "5");  // and not that of a row before
}

TEST(Set, MakesMapsOnItsWayButTouchesNothingElse) {
  StepChain chain("[set: { event.card.country: '\"LU\"' }]");
  EXPECT_EQ(chain.After(R"({"n":[1.50]})"), R"({"n":[1.50],"card":{"country":"LU"}})");
  EXPECT_EQ(chain.After(R"({"card":{"number":1}})"), R"({"card":{"number":1,"country":"LU"}})");
  EXPECT_EQ(chain.After(R"({"card":[1]})"),
            "expression at list[0].set: event.card.country cannot be set: what stands above it is no map");
}

TEST(Set, ChangesOutputsOfThoseThatHaveOne) {
  StepChain chain("[]",
                  "[set: { output.decision: 'output.score > 0.5 ? \"block\" : \"allow\"', high: output.decision }]");
  ASSERT_EQ(chain.problems(), "");
  chain.Add("{}", R"({"score":0.9})");
  chain.Add("{}");
  chain.Add("{}", R"({"other":1})");
  chain.Postprocess();
  EXPECT_EQ(chain.Output(0), R"({"score":0.9,"decision":"block"})");
  EXPECT_EQ(chain.Added(0, "high"), R"("block")");
  EXPECT_EQ(chain.Output(1), "null");
  EXPECT_EQ(chain.Added(1, "high"), "null");
  EXPECT_EQ(chain.FateOf(1), "{}");
  EXPECT_EQ(chain.FateOf(2), "expression at list[0].set: output.decision: no such key: 'score'");
}

TEST(Set, RefusesWhatHasAMeaningAlready) {
  const auto refusal = [](const std::string& entry, bool after_answer) {
    const std::string list = "[set: { " + entry + ": 1 }]";
    const std::string problems = StepChain(after_answer ? "[]" : list, after_answer ? list : "[]").problems();
    return problems.substr(0, problems.find('\n'));
  };
  EXPECT_EQ(refusal("event", false), "f:1:9: 'event' cannot be set: name a field of it, such as event.amount");
  EXPECT_EQ(refusal("output.a", false), "f:1:9: 'output.a' cannot be set: there is no answer yet");
  EXPECT_EQ(refusal("event.a", true), "f:1:9: 'event.a' cannot be set: the event stays what the model was given");
  EXPECT_EQ(refusal("output", true), "f:1:9: 'output' cannot be set: name a field of it, such as output.decision");
  EXPECT_EQ(refusal("key", false), "f:1:9: 'key' cannot be set: the name has a meaning already");
  EXPECT_EQ(refusal("a.b", false), "f:1:9: 'a.b' cannot be set: only fields of event and output have paths");
  EXPECT_EQ(refusal("a-b", false), "f:1:9: 'a-b' is no name, and no path such as event.card.number");
}

TEST(Set, WhatTheModelWasGivenStays) {
  EXPECT_TRUE(StepChain("[set: { risk: 1 }]", "[set: { risk: 2 }]")
                  .problems()
                  .starts_with("f:1:9: 'risk' cannot be set: it stays what the model was given"));
  EXPECT_EQ(StepChain("[set: { risk: 1 }]", "[set: { level: 2 }, set: { level: level + risk }]").problems(), "");
}

TEST(Set, OneMistakeMakesNoOthers) {
  const std::string problems = StepChain("[set: { a: evnt.x, b: a + 1 }]").problems();
  EXPECT_NE(problems.find("unknown name 'evnt'"), std::string::npos) << problems;
  EXPECT_EQ(problems.find("'a'"), std::string::npos) << problems;
}

}  // namespace
}  // namespace penstock
