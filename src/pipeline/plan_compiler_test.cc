#include "pipeline/plan_compiler.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/temporary_directory.h"
#include "pipeline/pipeline_fixture.h"

namespace penstock {
namespace {

constexpr const char* kHead = "pipeline: p\nroute: [{ to: none }]\n";

bool Says(const std::string& yaml, std::string_view what) {
  const std::string complaints = Complaints(yaml);
  return complaints.find(what) != std::string::npos || (ADD_FAILURE() << complaints, false);
}

TEST(PlanCompiler, ExpressionsSeeWhatStandsBeforeThem) {
  EXPECT_EQ(Complaints(std::string(kHead) + "prepare: [set: { a: 1 }, set: { b: a }]\nemit: { b: b, r: route }\n"), "");
  EXPECT_TRUE(Says(std::string(kHead) + "prepare: [set: { b: a }, set: { a: 1 }]\n", "unknown name 'a'"));
  EXPECT_TRUE(Says(std::string(kHead) + "event: { id: output.x }\n", "unknown name 'output'"));
  EXPECT_TRUE(Says("pipeline: p\nroute: [{ when: model == '', to: none }]\n", "unknown name 'model'"));
}

TEST(PlanCompiler, ExpressionsKnowWhatIsDeclared) {
  const std::string head = std::string(kHead) + "event: { types: { event.amount: double } }\n";
  EXPECT_EQ(Complaints(head + "prepare: [drop: { when: event.amount == null || event.other == 1 }]\n"), "");
  EXPECT_TRUE(Says(head + "prepare: [drop: { when: event.amount + 1 > 2.0 }]\n", "'+' does not take (double, int)"));
  EXPECT_TRUE(Says(head + "prepare: [drop: { when: event.amuont > 2.0 }]\n", "warning: of 'event' no field 'amuont'"));
  EXPECT_TRUE(Says(head + "prepare: [set: { a: 1 }, drop: { when: a == 'x' }]\n", "does not take (int, string)"));
  EXPECT_EQ(Complaints(head + "prepare: [set: { a: 1 }, set: { a: '\"x\"' }, drop: { when: a == 'x' }]\n"), "");
}

TEST(PlanCompiler, WhatIsMaskedMayStillBeNull) {
  EXPECT_EQ(Complaints(std::string(kHead) + "prepare: [mask: { fields: [event.card], with: redact }, " +
                       "drop: { when: event.card == null }]\n"),
            "");
}

TEST(PlanCompiler, ExpressionsKnowWhatModelsSay) {
  const std::string file =
      "pipeline: p\nroute: [{ when: event.a, to: m }, { to: none }]\n"
      "models: { m: { onnx: m, input: { x: 1 }, output: { score: y } } }\n";
  EXPECT_EQ(Complaints(file + "emit: { s: output.score, r: 'route == \"none\" || model == \"\"' }\n"), "");
  EXPECT_TRUE(Says(file + "emit: { s: output.scroe }\n", "'output' has no field 'scroe'; did you mean 'score'?"));
  EXPECT_TRUE(Says(file + "deliver: [{ to: t, when: 'route == \"n\"' }]\n", "it is never 'n', but one of 'm', 'none'"));
  EXPECT_EQ(Complaints(file + "postprocess: [set: { output.more: 1 }]\nemit: { s: output.more }\n"), "");
  EXPECT_TRUE(Says(file + "postprocess: [set: { output.more: 1 }]\nemit: { s: output.more + 'a' }\n",
                   "'+' does not take (int, string)"));
}

TEST(PlanCompiler, ASchemaGivesFieldsTheirTypes) {
  const TemporaryDirectory directory;
  const std::string schema = directory.path() + "/payment.json";
  const std::string file = std::string(kHead) + "event: { schema: " + schema + " }\n";
  EXPECT_TRUE(Says(file, "the schema"));
  std::ofstream(schema) << R"({"properties": {"amount": {"type": "number"}}})";
  const PipelineFile with_number = CompileGood(file);
  ASSERT_EQ(with_number.plan->contract.types.size(), 1U);
  EXPECT_EQ(with_number.plan->contract.types[0].text, "event.amount");
  EXPECT_EQ(with_number.plan->contract.types[0].kind, ValueKind::kDouble);
  std::ofstream(schema) << R"({"properties": {"amount": {"type": "integer"}}})";
  EXPECT_NE(CompileGood(file).plan->revision, with_number.plan->revision);
  std::ofstream(schema) << R"({"type": "string"})";
  EXPECT_TRUE(Says(file, "an event is an object"));
  std::ofstream(schema) << R"({"properties": {"amount": {"type": "nmber"}}})";
  EXPECT_TRUE(Says(file, "#/properties/amount: there is no type \"nmber\""));
}

TEST(PlanCompiler, RoutesLeadToModels) {
  const std::string models = "models: { m: { onnx: m, input: { x: 1 }, output: { s: y } } }\n";
  const PipelineFile file = CompileGood("pipeline: p\nroute: [{ when: event.a, to: m }, { to: none }]\n" + models);
  ASSERT_EQ(file.plan->routes.size(), 2U);
  EXPECT_EQ(file.plan->routes[0].model, 0);
  EXPECT_EQ(file.plan->routes[0].place, "route[0]");
  EXPECT_EQ(file.plan->routes[1].model, -1);
  EXPECT_TRUE(Says("pipeline: p\nroute: [{ to: n }]\n" + models, "there is no model 'n'"));
  EXPECT_TRUE(Says("pipeline: p\nroute: []\n", "every event would become a dead letter"));
  EXPECT_TRUE(Says(std::string(kHead) + models, "warning: no route leads to the model 'm'"));
  EXPECT_TRUE(
      Says("pipeline: p\nroute: [{ to: none }, { when: event.a, to: none }]\n", "warning: no event comes here"));
  EXPECT_TRUE(Says("pipeline: p\nroute: [{ to: none }]\nmodels: { none: { onnx: m, input: { x: 1 }, output: {} } }\n",
                   "'none' is a route without a model"));
}

TEST(PlanCompiler, DeliversToATopicOrToReview) {
  const PipelineFile file =
      CompileGood(std::string(kHead) + "deliver: [{ to: a, when: event.x }, { review: { sample: 25% } }]\n");
  ASSERT_EQ(file.plan->deliveries.size(), 2U);
  EXPECT_FALSE(file.plan->deliveries[0].review);
  EXPECT_TRUE(file.plan->deliveries[1].review);
  EXPECT_EQ(file.plan->deliveries[1].sample, 0.25);
  EXPECT_TRUE(Says(std::string(kHead) + "deliver: [{ to: p.raw-events }]\n", "it would never end"));
  EXPECT_TRUE(Says(std::string(kHead) + "deliver: [{ to: p.model-outputs }]\n", "matches come twice"));
  EXPECT_TRUE(Says(std::string(kHead) + "deliver: [{ when: event.x }]\n", "a delivery is"));
  EXPECT_TRUE(Says(std::string(kHead) + "deliver: [{ when: event.x, review: {} }]\n", "a delivery is"));
}

TEST(PlanCompiler, TheRevisionIsThatOfTheFileAndItsModels) {
  const std::string yaml = "pipeline: p\nroute: [{ to: m }]\nmodels: { m: { onnx: m, input: { x: 1 }, output: {} } }\n";
  const auto load = [](const std::string& version) {
    return [version](ModelFile file) {
      file.version = version;
      return LoadEcho(file);
    };
  };
  const std::string revision = CompilePipeline("p.yaml", yaml, load("1")).plan->revision;
  EXPECT_EQ(revision.size(), 12U);
  EXPECT_EQ(CompilePipeline("q.yaml", yaml, load("1")).plan->revision, revision);
  EXPECT_NE(CompilePipeline("p.yaml", yaml, load("2")).plan->revision, revision);
  EXPECT_NE(CompilePipeline("p.yaml", yaml + "#\n", load("1")).plan->revision, revision);
}

TEST(PlanCompiler, WrittenTopicsAreNamedOnce) {
  const PipelineFile file = CompileGood(
      "pipeline: p\ntopics: { context: off }\nroute: [{ to: none }]\n"
      "deliver: [{ to: a }, { to: a }, { review: {} }]\n");
  EXPECT_EQ(file.plan->WrittenTopics(),
            (std::vector<std::string>{"p.model-outputs", "p.dead-letters", "p.human-review", "a"}));
}

}  // namespace
}  // namespace penstock
