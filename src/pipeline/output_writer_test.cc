#include "pipeline/output_writer.h"

#include <gtest/gtest.h>

#include <map>

#include "event/json_parser.h"
#include "pipeline/pipeline_fixture.h"

namespace penstock {
namespace {

class Writing {
 public:
  explicit Writing(const std::string& rest) : file_(CompileGood("pipeline: p\n" + rest)) {
    const Plan& plan = *file_.plan;
    drops_ = std::vector<Counter>(plan.drop_rules.size());
    activation_ = std::make_unique<expr::Activation>(*plan.environment, batch_.arena);
    context_ = std::make_unique<StepContext>(*plan.variables, *activation_, batch_.arena, drops_);
    writer_ = std::make_unique<OutputWriter>(plan, metrics_);
  }

  // Writes an event with this answer, and says what came of it: topics and values.
  std::vector<std::string> Write(std::string_view event, std::string_view output = "null", int64_t offset = 0) {
    row_ = {};
    row_.event.record.source = {"raw", 3, offset};
    row_.event.record.key = "k";
    row_.event.record.value = event;
    row_.event.record.headers = incoming;
    row_.event.body = Parse(event);
    row_.event.added = batch_.arena.AllocateArray<Value>(file_.plan->variables->added().size());
    for (Value& value : row_.event.added) value = added;
    row_.route = "none";
    row_.id = id;
    row_.output = Parse(output);
    outcome = {};
    out.Clear();
    writer_->Write(row_, *context_, 1'000, out, &outcome);
    std::vector<std::string> written;
    for (const OutRecord& record : out.records())
      written.push_back(out.topics()[record.topic] + " " + std::string(record.value.value_or("(none)")));
    return written;
  }

  std::map<std::string, std::string> Headers(size_t record) const {
    std::map<std::string, std::string> headers;
    for (const Header& header : out.records()[record].headers) headers[std::string(header.name)] = *header.value;
    return headers;
  }

  const OutputMetrics& metrics() const { return metrics_; }

  OutBatch out;
  Outcome outcome;
  std::string id;
  std::vector<Header> incoming;
  Value added = Value::Int(7);  // what each step added

 private:
  Value Parse(std::string_view json) { return (*parser_.Parse(batch_.arena.Copy(json), batch_.arena).value()).root(); }

  PipelineFile file_;
  OutputMetrics metrics_;
  std::vector<Counter> drops_;
  Batch batch_;
  Row row_;
  JsonParser parser_;
  std::unique_ptr<expr::Activation> activation_;
  std::unique_ptr<StepContext> context_;
  std::unique_ptr<OutputWriter> writer_;
};

using Lines = std::vector<std::string>;

constexpr const char* kRoute = "route: [{ to: none }]\n";
constexpr const char* kOff = "topics: { context: off }\nroute: [{ to: none }]\n";

TEST(OutputWriter, WritesTheEventAndWhatTheModelWasGiven) {
  Writing writing(std::string(kRoute) + "prepare: [set: { risk: 1 }]\npostprocess: [set: { level: 2 }]\n");
  EXPECT_EQ(writing.Write(R"({"a":1.50})"),
            (Lines{R"(p.enriched-context {"event":{"a":1.50},"risk":7})",
                   R"(p.model-outputs {"event":{"a":1.50},"risk":7,"level":7,"route":"none"})"}));
  EXPECT_EQ(writing.Headers(0)["penstock-answered"], "true");
  EXPECT_EQ(writing.Headers(1).count("penstock-answered"), 0U);
  EXPECT_EQ(writing.Headers(1)["penstock-source"], "raw/3/0");
  EXPECT_EQ(writing.out.records()[1].key, "k");
  EXPECT_EQ(writing.out.records()[1].home, 3);
  EXPECT_EQ(writing.out.records()[1].timestamp_ms, 1'000);
}

TEST(OutputWriter, LeavesMembersOutWhereThereIsNoAnswer) {
  Writing writing(std::string(kOff) + "emit: { a: event.a, score: output.score, b: event.b }\n");
  EXPECT_EQ(writing.Write(R"({"a":1,"b":2})"), Lines{R"(p.model-outputs {"a":1,"b":2})"});
  EXPECT_EQ(writing.Write(R"({"b":2})"), Lines{R"(p.model-outputs {"b":2})"});
  EXPECT_EQ(writing.Write("{}"), Lines{"p.model-outputs {}"});
  EXPECT_EQ(writing.Write(R"({"a":1,"b":2})", R"({"score":3})"), Lines{R"(p.model-outputs {"a":1,"score":3,"b":2})"});
}

TEST(OutputWriter, AnAnswerThatCannotBeEmittedIsADeadLetterThatHoldsIt) {
  Writing writing(std::string(kRoute) + "emit: { a: event.a, score: output.score }\ndeliver: [{ to: copies }]\n");
  EXPECT_EQ(writing.Write(R"({"a":1})", R"({"other":3})"), Lines{R"(p.dead-letters {"a":1})"});
  std::map<std::string, std::string> headers = writing.Headers(0);
  EXPECT_EQ(headers["penstock-error"], "emit");
  EXPECT_EQ(headers["penstock-error-message"], "score: no such key: 'score'");
  EXPECT_EQ(headers["penstock-step"], "emit");
  EXPECT_EQ(headers["penstock-answer"], R"({"other":3})");
  EXPECT_EQ(writing.metrics().outputs.value() + writing.metrics().contexts.value(), 0U);
  EXPECT_EQ(writing.metrics().dead[static_cast<size_t>(DeadKind::kEmit)].value(), 1U);
}

TEST(OutputWriter, CutsALongAnswerOfADeadLetterBetweenCharacters) {
  Writing writing(std::string(kOff) + "emit: { score: output.score }\n");
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += "ü";
  writing.Write("{}", "{\"t\":\"" + text + "\"}");
  const std::string answer = writing.Headers(0)["penstock-answer"];
  EXPECT_EQ(answer.size(), 65'536U);  // 6 bytes, and 32,765 characters of two
  EXPECT_TRUE(answer.ends_with("ü"));
}

TEST(OutputWriter, DeliversWhatMatchesAndReviewsOnce) {
  Writing writing(std::string(kOff) +
                  "emit: { a: event.a }\n"
                  "deliver: [{ to: one, when: event.a > 1 }, { review: { when: event.a > 2 } }, { to: two, when: "
                  "event.b }, { review: {} }]\n");
  EXPECT_EQ(writing.Write(R"({"a":1})"), (Lines{R"(p.model-outputs {"a":1})", R"(p.human-review {"a":1})"}));
  EXPECT_EQ(writing.Write(R"({"a":3,"b":true})"),
            (Lines{R"(p.model-outputs {"a":3})", R"(one {"a":3})", R"(two {"a":3})", R"(p.human-review {"a":3})"}));
  EXPECT_EQ(writing.outcome.delivered, (std::vector<std::string_view>{"one", "two"}));
  EXPECT_TRUE(writing.outcome.review);
  EXPECT_EQ(writing.outcome.value, R"({"a":3})");
  EXPECT_EQ(writing.metrics().reviews.value(), 2U);
  EXPECT_EQ(writing.metrics().delivered.value(), 2U);
}

TEST(OutputWriter, ReviewsAreKeyedByTheEventsIdentity) {
  Writing writing(std::string(kOff) + "deliver: [{ review: {} }]\n");
  writing.Write("{}", "null", 9);
  EXPECT_EQ(writing.out.records()[1].key, "raw/3/9");
  writing.id = "t1";
  writing.Write("{}");
  EXPECT_EQ(writing.out.records()[1].key, "t1");
  writing.id = std::string(size_t{8} << 20, 'x');
  writing.Write("{}", "null", 9);
  EXPECT_EQ(writing.out.records()[1].key, "raw/3/9");
}

TEST(OutputWriter, SamplesTheSameShareEveryTime) {
  Writing writing(std::string(kOff) + "deliver: [{ review: { sample: 10% } }]\n");
  const auto sampled = [&] {
    std::vector<int64_t> offsets;
    for (int64_t offset = 0; offset < 10'000; ++offset)
      if (writing.Write("{}", "null", offset).size() == 2) offsets.push_back(offset);
    return offsets;
  };
  const std::vector<int64_t> first = sampled();
  EXPECT_NEAR(static_cast<double>(first.size()), 1'000, 100);  // more than three deviations
  EXPECT_EQ(sampled(), first);
}

TEST(OutputWriter, SamplesAllAndNothing) {
  Writing writing(std::string(kOff) + "deliver: [{ review: { sample: 0% } }]\n");
  Writing all(std::string(kOff) + "deliver: [{ review: { sample: 100% } }]\n");
  for (int64_t offset = 0; offset < 1'000; ++offset) {
    EXPECT_EQ(writing.Write("{}", "null", offset).size(), 1U);
    EXPECT_EQ(all.Write("{}", "null", offset).size(), 2U);
  }
}

TEST(OutputWriter, WhatIsTooLargeIsADeadLetter) {
  Writing output(std::string(kOff) + "emit: { a: event.a, b: event.a, c: event.a, d: event.a, e: event.a }\n");
  const std::string event = "{\"a\":\"" + std::string(size_t{14} << 20, 'x') + "\"}";
  EXPECT_EQ(output.Write(event), Lines{"p.dead-letters " + event});
  EXPECT_EQ(output.Headers(0)["penstock-error"], "too_large");
  EXPECT_EQ(output.metrics().outputs.value(), 0U);
}

TEST(OutputWriter, WhatTheModelWasGivenMayBeTooLargeToo) {
  Writing writing(std::string(kRoute) + "prepare: [set: { b: 1, c: 1, d: 1, e: 1 }]\nemit: { a: event.a }\n");
  const std::string text(size_t{16} << 20, 'x');
  writing.added = Value::String(text);
  EXPECT_EQ(writing.Write(R"({"a":1})"), Lines{R"(p.dead-letters {"a":1})"});
  EXPECT_EQ(writing.Headers(0)["penstock-error"] + writing.Headers(0)["penstock-step"], "too_largecontext");
  EXPECT_EQ(writing.metrics().contexts.value(), 0U);
}

TEST(OutputWriter, ATraceParentThatIsNoneIsLeftOut) {
  Writing writing(kOff);
  const std::string long_one(size_t{1} << 20, 'x');
  writing.incoming = {{"traceparent", long_one}, {"traceparent", "00-1-2-01"}};
  writing.Write("{}");
  EXPECT_EQ(writing.Headers(0)["traceparent"], "00-1-2-01");
}

}  // namespace
}  // namespace penstock
