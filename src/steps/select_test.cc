#include "steps/select.h"

#include <gtest/gtest.h>

#include "steps/step_chain.h"

namespace penstock {
namespace {

TEST(Select, KeepsFieldsInTheirOrder) {
  StepChain chain("[select: { keep: [event.b, event.a.x, event.a.y, event.absent, event.c.d] }]");
  ASSERT_EQ(chain.problems(), "");
  EXPECT_EQ(chain.After(R"({"a":{"x":1,"y":[2.50],"z":3},"b":[1],"c":7,"e":8})"),
            R"({"b":[1],"a":{"x":1,"y":[2.50]}})");
  EXPECT_EQ(chain.After("{}"), "{}");
}

TEST(Select, TakesFieldsAway) {
  StepChain chain("[select: { without: [event.a.x, event.b, event.absent.x] }]");
  ASSERT_EQ(chain.problems(), "");
  EXPECT_EQ(chain.After(R"({"a":{"x":1,"y":2},"b":3,"c":4})"), R"({"a":{"y":2},"c":4})");
}

TEST(Select, NothingOfAFieldThatStandsTwiceIsLeft) {
  StepChain chain("[select: { without: [event.b, event.a.x] }]");
  EXPECT_EQ(chain.After(R"({"b":1,"a":{"x":2},"b":3,"a":{"y":4}})"), R"({"a":{"y":4}})");
}

TEST(Select, LaterExpressionsSeeTheRest) {
  StepChain chain("[set: { before: event.a }, select: { without: [event.a] }, set: { after: has(event.a) }]");
  const size_t row = chain.Add(R"({"a":1})");
  chain.Prepare();
  EXPECT_EQ(chain.Added(row, "before"), "1");
  EXPECT_EQ(chain.Added(row, "after"), "false");
}

TEST(Select, SaysWhatIsWrong) {
  EXPECT_NE(StepChain("[select: {}]").problems().find("either 'keep' or 'without'"), std::string::npos);
  EXPECT_NE(StepChain("[select: { keep: [event.a], without: [event.b] }]").problems().find("either 'keep'"),
            std::string::npos);
  EXPECT_NE(StepChain("[select: { keep: [event] }]").problems().find("only fields of the event"), std::string::npos);
  EXPECT_NE(StepChain("[select: { keep: [output.a] }]").problems().find("only fields of the event"), std::string::npos);
}

}  // namespace
}  // namespace penstock
