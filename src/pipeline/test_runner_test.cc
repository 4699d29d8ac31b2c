#include "pipeline/test_runner.h"

#include <gtest/gtest.h>

#include "pipeline/pipeline_fixture.h"

namespace penstock {
namespace {

constexpr const char* kPipeline = R"yaml(pipeline: p
event: { key: event.user, time: timestamp(event.t) }
prepare: [drop: { when: event.a == 0, name: zero }]
route: [{ when: event.a > 5, to: m }, { when: event.a > 0, to: none }]
models: { m: { onnx: m, input: { x: event.a }, output: { y: y } } }
emit: { a: event.a, y: output.y }
deliver: [{ to: copies, when: event.a == 6 }, { review: { when: event.a == 7 } }]
tests:
  - name: t
)yaml";

// What a test says that is given one event with this `a`.
std::string Failures(const std::string& a, const std::string& expect, const std::string& answers = "{}") {
  const PipelineFile file = CompileGood(std::string(kPipeline) + "    answers: " + answers +
                                        "\n    given: [{ event: { user: u, t: '2026-01-01T00:00:00Z', a: " + a +
                                        " } }]\n    expect: [" + expect + "]\n");
  const TestReport report = RunTests(file).value();
  EXPECT_EQ(report.tests.at(0).passed, report.failures.count() == 0);
  EXPECT_EQ(report.failed(), report.failures.count() == 0 ? 0U : 1U);
  const std::string text = report.failures.Text();
  return text.empty() ? "" : text.substr(text.find("test 't': "), text.find('\n') - text.find("test 't': "));
}

TEST(TestRunner, ComparesWhatIsNamed) {
  EXPECT_EQ(Failures("1", "{ route: none, value: { a: 1 }, delivered: [], review: false }"), "");
  EXPECT_EQ(Failures("6", "{ route: m, model: m, output: {}, delivered: [copies] }"), "");
  EXPECT_EQ(Failures("7", "{ review: true }"), "");
  EXPECT_EQ(Failures("0", "{ dropped: zero }") + Failures("0", "{ dropped: true }"), "");
  EXPECT_EQ(Failures("-1", "{ dead: no_route }") + Failures("-1", "{ dead: true }"), "");
}

TEST(TestRunner, SaysWhatCameInstead) {
  EXPECT_EQ(Failures("1", "{ route: m }"), "test 't': record 1 has the route 'none'");
  EXPECT_EQ(Failures("1", "{ value: { a: 2 } }"), R"(test 't': record 1 has the value {"a":1})");
  EXPECT_EQ(Failures("1", "{ value: { b: 1 } }"), R"(test 't': record 1 has the value {"a":1})");
  EXPECT_EQ(Failures("6", "{ delivered: [] }"), "test 't': record 1 was delivered to [copies]");
  EXPECT_EQ(Failures("1", "{ review: true }"), "test 't': record 1 has the review 'false'");
  EXPECT_EQ(Failures("0", "{ route: none }"), "test 't': record 1 was dropped by zero");
  EXPECT_EQ(Failures("1", "{ dead: true }"), "test 't': record 1 went to none");
  EXPECT_EQ(Failures("-1", "{ dead: type }"),
            "test 't': record 1 became a dead letter, no_route: no rule of route matched");
}

TEST(TestRunner, AnswersStandInForModels) {
  EXPECT_EQ(Failures("6", "{ output: { y: 0.5 }, value: { y: 0.5 } }", "{ m: { y: 0.5 } }"), "");
  EXPECT_EQ(Failures("6", "{ output: { y: 1 } }", "{ m: [{ y: 1 }] }"), "");
  EXPECT_EQ(Failures("6", "{ dead: model }", "{ m: [] }"), "");
  EXPECT_EQ(Failures("6", "{ route: m }", "{ n: {} }"), "test 't': there is no model 'n'");
}

TEST(TestRunner, ExpectsSomethingOfEveryRecord) {
  EXPECT_EQ(Failures("6", ""), "test 't': there are 1 records given, and 0 expected");
}

TEST(TestRunner, AFileWithoutTestsPasses) {
  EXPECT_TRUE(RunTests(CompileGood("pipeline: p\nroute: [{ to: none }]\n")).value().tests.empty());
}

}  // namespace
}  // namespace penstock
