#include "pipeline/expression_limits.h"

#include <gtest/gtest.h>

#include "pipeline/pipeline_fixture.h"

namespace penstock {
namespace {

std::string ComplaintsOf(const std::string& limits, const std::string& expression) {
  return Complaints("pipeline: p\nexpressions: " + limits + "\nroute: [{ when: '" + expression +
                    "', to: none }, { to: none }]\n");
}

TEST(ExpressionLimits, HoldForEveryExpression) {
  EXPECT_EQ(ComplaintsOf("{}", "event.name.matches(\"a{100}\")"), "");
  EXPECT_NE(ComplaintsOf("{ pattern_size: 50 }", "event.name.matches(\"a{100}\")").find("more than 50 instructions"),
            std::string::npos);
  EXPECT_NE(ComplaintsOf("{ bytes: 10 }", "event.a == event.b").find("is 10"), std::string::npos);
  EXPECT_NE(ComplaintsOf("{ nesting: 3 }", "((((event.a))))").find("nested more than 3 deep"), std::string::npos);
}

TEST(ExpressionLimits, BoundEvaluations) {
  const std::string route = "\nroute: [{ when: 'lists.range(3000).size() > 0', to: none }, { to: none }]\n";
  const auto cost = [&](const std::string& limits) {
    return CompileGood("pipeline: p\nexpressions: " + limits + route).plan->environment->limits().cost;
  };
  EXPECT_EQ(cost("{}"), 1'000'000U);
  EXPECT_EQ(cost("{ cost: 2000 }"), 2'000U);
}

TEST(ExpressionLimits, AreBoundedThemselves) {
  for (const char* limits :
       {"{ cost: 0 }", "{ cost: 2000000000 }", "{ bytes: 2000000 }", "{ nesting: 251 }", "{ pattern_size: 0 }"})
    EXPECT_NE(ComplaintsOf(limits, "event.a").find("is a number from"), std::string::npos) << limits;
}

}  // namespace
}  // namespace penstock
