#include "pipeline/route_explanation.h"

#include <gtest/gtest.h>

#include "pipeline/pipeline_fixture.h"

namespace penstock {
namespace {

constexpr const char* kPipeline = R"yaml(pipeline: p
event: { key: event.user, time: timestamp(event.time) }
prepare:
  - drop: { when: event.amount < 1.0 }
  - require: { that: has(event.user) }
route:
  - { when: event.place == "L1" && event.amount > 5.0, to: drop }
  - { when: event.place == "L2", to: none }
  - { when: int(event.note) > 1 && event.amount > 2.0, to: none }
  - { when: event.amount > 100.0, to: drop }
)yaml";

std::string Explain(std::string_view members) {
  PipelineFile file = CompileGood(kPipeline);
  const std::string event = R"({"user":"u","time":"2030-01-01T00:00:00Z",)" + std::string(members) + "}";
  return ExplainRoute(file, event);
}

TEST(RouteExplanationTest, SaysWhichConjunctIsFalseAndWhatMatched) {
  EXPECT_EQ(Explain(R"("place":"L1","amount":3.5,"note":"7")"),
            "route[0] p.yaml:7: event.place == \"L1\" && event.amount > 5.0\n"
            "  false: event.amount > 5.0\n"
            "route[2] p.yaml:9: int(event.note) > 1 && event.amount > 2.0\n"
            "  matched\n"
            "route[2] matched: to none; 2 rules evaluated, 1 rule before the end ruled out by the index\n");
}

TEST(RouteExplanationTest, ShowsNoValueOfTheEvent) {
  const std::string text = Explain(R"("place":"4111-1111","amount":3.5,"note":"4111'1111")");
  EXPECT_EQ(text.find("4111"), std::string::npos) << text;
  EXPECT_NE(text.find("failed: '..' is no int"), std::string::npos) << text;
  EXPECT_NE(text.find("no rule matched: a dead letter, no_route"), std::string::npos) << text;
}

TEST(RouteExplanationTest, SaysWhereAnEventEndsBefore) {
  EXPECT_EQ(Explain(R"("amount":0.5)"), "dropped by prepare[0].drop: it comes to no route\n");
  EXPECT_TRUE(Explain(R"("amount":)").starts_with("a dead letter, decode, from event: "));
}

}  // namespace
}  // namespace penstock
