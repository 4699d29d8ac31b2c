// Remote models from the request to the answer, against a server that fails as it is asked to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/call/caller.h"
#include "tests/providers/asked_model.h"
#include "tests/providers/standin.h"

namespace penstock::remote {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kKey = "sk-do-not-tell-4711";
constexpr std::string_view kSchema =
    R"({"type":"object","properties":{"score":{"type":"number"}},"required":["score"],"additionalProperties":false})";

RemoteSpec ChatSpec(std::string url) {
  RemoteSpec spec;
  spec.name = "m";
  spec.model = "some-model";
  spec.endpoints = {{std::move(url), "", std::string(kKey), 0}};
  spec.policy.retry.base = milliseconds(1);
  spec.policy.retry.cap = milliseconds(2);
  return spec;
}

class PredictorTest : public ::testing::Test {
 protected:
  RemoteSpec Spec(std::string_view query = "") { return ChatSpec(standin_.Http("c", query)); }
  RemoteSpec SchemaSpec(std::string_view content) {
    RemoteSpec spec = Spec("content=" + std::string(content));
    spec.answer_schema = kSchema;
    return spec;
  }
  int64_t Count(std::string_view name) { return standin_.Counts("c").At(name).as_int(); }
  std::string Body() { return std::string(standin_.Counts("c").At("body").text()); }

  const Standin standin_;
};

void ExpectFailure(const Told& told, FailureKind kind, std::string_view message) {
  EXPECT_EQ(told.outputs, "");
  EXPECT_EQ(told.failure, kind) << told.message;
  EXPECT_THAT(told.message, AllOf(HasSubstr("model m: "), HasSubstr(message), Not(HasSubstr(kKey)),
                                  Not(HasSubstr("secret question")), Not(HasSubstr("words that may"))));
}

TEST_F(PredictorTest, AnAnswer) {
  AskedModel asked(Spec(), {2, 0, 1});
  const Told told = asked.Ask(R"(["hi"])");
  EXPECT_EQ(told.outputs, R"(["stop","hello",null])");
  EXPECT_EQ(told.version, "standin-2026");
  EXPECT_EQ(told.report.attempts, 1U);
  EXPECT_EQ(told.report.input_tokens, 7U);
  EXPECT_EQ(told.report.output_tokens, 3U);
  EXPECT_GT(told.report.latency, Duration(0));
  EXPECT_EQ(Body(), R"({"model":"some-model","messages":[{"role":"user","content":"hi"}]})");
  EXPECT_TRUE(asked.model().answers_later());
  EXPECT_EQ(asked.predictor().metrics().rows.value(), 1U);
  EXPECT_EQ(asked.predictor().metrics().runs.value(), 1U);
  ASSERT_NE(asked.predictor().call_metrics(), nullptr);
  EXPECT_EQ(asked.predictor().call_metrics()->answered.value(), 1U);
}

TEST_F(PredictorTest, WhatIsAsked) {
  RemoteSpec spec = SchemaSpec(R"({"score":1})");
  spec.has_system = true;
  spec.stream = true;
  spec.parameters = R"({"temperature": 0.5, "max_tokens": 9})";
  const Told told = AskedModel(spec, {1}).Ask(R"(["be \"brief\"", "hi\nthere"])");
  EXPECT_EQ(told.outputs, R"([{"score":1}])");
  EXPECT_EQ(Body(), R"({"model":"some-model","temperature":0.5,"max_tokens":9,"response_format":{"type":"json_schema",)"
                    R"("json_schema":{"name":"answer","strict":true,"schema":)" +
                        std::string(kSchema) +
                        R"(}},"stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"system",)"
                        R"("content":"be \"brief\""},{"role":"user","content":"hi\nthere"}]})");
}

TEST_F(PredictorTest, TheVersionThatTheSpecNamesIsTheModels) {
  RemoteSpec spec = Spec();
  spec.version = "3";
  AskedModel asked(spec);
  EXPECT_EQ(asked.model().info().version, "3");
  EXPECT_EQ(asked.Ask(R"(["hi"])").version, "");
}

TEST_F(PredictorTest, AnswersBySchema) {
  EXPECT_EQ(AskedModel(SchemaSpec("```json%0A{\"score\":0.5}%0A```"), {1}).Ask(R"(["q"])").outputs,
            R"([{"score":0.5}])");
  const Told text = AskedModel(SchemaSpec("Sure!"), {1}).Ask(R"(["secret question"])");
  ExpectFailure(text, FailureKind::kAnswer, "its answer is no JSON");
  EXPECT_EQ(text.answer, "Sure!");
  const Told wrong = AskedModel(SchemaSpec(R"({"score":"high"})"), {1}).Ask(R"(["q"])");
  ExpectFailure(wrong, FailureKind::kAnswer, "/score is a string, and is to be a number");
  EXPECT_EQ(wrong.answer, R"({"score":"high"})");
  EXPECT_EQ(wrong.report.output_tokens, 3U);
}

TEST_F(PredictorTest, RefusedCutAndFilteredAnswers) {
  const Told refusal = AskedModel(Spec("refusal=never")).Ask(R"(["secret question"])");
  ExpectFailure(refusal, FailureKind::kRefusal, "refused");
  EXPECT_EQ(refusal.answer, "never");
  ExpectFailure(AskedModel(Spec("finish=length")).Ask(R"(["q"])"), FailureKind::kTruncated, "length");
  ExpectFailure(AskedModel(Spec("finish=content_filter")).Ask(R"(["q"])"), FailureKind::kFiltered, "filter");
  ExpectFailure(AskedModel(Spec("status=400&error_code=content_filter")).Ask(R"(["q"])"), FailureKind::kFiltered,
                "filter");
}

TEST_F(PredictorTest, WhatPassesIsTriedAgain) {
  int cases = 0;
  for (const char* const fault : {"status=503", "status=429&header=retry-after-ms:1", "cut=5", "body=nonsense"}) {
    // A case of its own, whose requests are counted from the first one.
    const std::string name = "passes" + std::to_string(++cases);
    const Told told = AskedModel(ChatSpec(standin_.Http(name, "times=2&" + std::string(fault)))).Ask(R"(["q"])");
    EXPECT_EQ(told.outputs, R"(["hello"])") << fault << ' ' << told.message;
    EXPECT_EQ(told.report.attempts, 3U) << fault;
  }
}

TEST_F(PredictorTest, WhatDoesNotPassIsAFailure) {
  RemoteSpec spec = Spec("status=500");
  spec.policy.retry.attempts = 3;
  spec.policy.breaker.failures = 10;
  const Told told = AskedModel(spec).Ask(R"(["secret question"])");
  ExpectFailure(told, FailureKind::kModel, "no answer after 3 attempts: http://127.0.0.1:");
  EXPECT_EQ(told.report.attempts, 3U);
  ExpectFailure(AskedModel(Spec("status=401")).Ask(R"(["q"])"), FailureKind::kModel, "check the key");
}

TEST_F(PredictorTest, TimeLimits) {
  RemoteSpec spec = Spec("silent=1");
  spec.policy.timeout = milliseconds(40);
  spec.policy.retry.attempts = 2;
  ExpectFailure(AskedModel(spec).Ask(R"(["q"])"), FailureKind::kModel, "no answer came within");
  spec.endpoints[0].url = standin_.Http("d", "status=429&header=Retry-After:1000");
  ExpectFailure(AskedModel(spec).Ask(R"(["q"])"), FailureKind::kDeadline, "out of time");
}

TEST_F(PredictorTest, Outages) {
  RemoteSpec spec = ChatSpec("http://127.0.0.1:" + std::to_string(UnusedPort()) + "/v1");
  spec.policy.wait_in_outage = false;
  spec.policy.breaker.failures = 1;
  ExpectFailure(AskedModel(spec).Ask(R"(["q"])"), FailureKind::kOutage, "no endpoint is up");
}

TEST_F(PredictorTest, AnotherEndpointAnswers) {
  RemoteSpec spec = ChatSpec("http://127.0.0.1:" + std::to_string(UnusedPort()) + "/v1");
  spec.endpoints.push_back({standin_.Http("c"), "", std::nullopt, 1});
  spec.policy.breaker.failures = 1;
  EXPECT_EQ(AskedModel(spec).Ask(R"(["q"])").outputs, R"(["hello"])");
}

TEST_F(PredictorTest, InputsThatAreNoText) {
  AskedModel asked(Spec());
  asked.Begin(1, "[7]");
  asked.Begin(2, R"(["q"])");
  asked.Begin(3, "[null]");
  asked.predictor().Cancel(3);
  asked.Await(2);
  ExpectFailure(asked.told().at(1), FailureKind::kModel, "the input 'user' is of type int, and is to be a string");
  EXPECT_EQ(asked.told().at(2).outputs, R"(["hello"])");
  EXPECT_FALSE(asked.told().contains(3));
}

TEST_F(PredictorTest, HoldsARequestUntilItIsAnsweredOrCancelled) {
  const std::string inputs = "[\"" + std::string(10'000, 'q') + "\"]";
  AskedModel asked(Spec());
  asked.Begin(1, inputs);
  asked.Begin(2, inputs);
  EXPECT_GT(asked.predictor().HeldBytes(1), 10'000U);
  EXPECT_LT(asked.predictor().HeldBytes(1), 15'000U);
  asked.predictor().Cancel(2);
  EXPECT_EQ(asked.predictor().HeldBytes(2), 0U);
  asked.Await(1);
  EXPECT_EQ(asked.predictor().HeldBytes(1), 0U);
}

TEST_F(PredictorTest, CancelledRequestsAreNotAnswered) {
  AskedModel asked(Spec("silent=1"));
  asked.Begin(1, R"(["q"])");
  ASSERT_TRUE(asked.AwaitThat([&] { return Count("in_flight") == 1; }));
  asked.predictor().Cancel(1);
  ASSERT_TRUE(asked.AwaitThat([&] { return Count("gone") == 1; }));
  EXPECT_TRUE(asked.told().empty());
}

TEST_F(PredictorTest, WhileHeldNothingIsAsked) {
  AskedModel asked(Spec());
  asked.predictor().Hold(true);
  asked.Begin(1, R"(["q"])");
  for (int i = 0; i < 20; ++i) asked.predictor().Turn();
  EXPECT_EQ(Count("requests"), 0);
  asked.predictor().Hold(false);
  asked.Await(1);
}

TEST_F(PredictorTest, NoMoreAreInFlightThanTheLimit) {
  RemoteSpec spec = Spec("latency=20ms");
  spec.policy.limits.in_flight = 7;
  AskedModel asked(spec);
  for (RequestId id = 0; id < 70; ++id) asked.Begin(id, R"(["q"])");
  asked.Await(70);
  EXPECT_EQ(Count("peak"), 7);
  EXPECT_EQ(Count("requests"), 70);
}

TEST_F(PredictorTest, Embeddings) {
  RemoteSpec spec = Spec();
  spec.kind = RemoteKind::kEmbeddings;
  EXPECT_EQ(AskedModel(spec).Ask(R"(["text"])").outputs, "[[0.5,-1.0,2.0]]");
  EXPECT_EQ(Body(), R"({"model":"some-model","input":"text"})");
}

TEST_F(PredictorTest, AnyEndpoint) {
  RemoteSpec spec = Spec(R"(body={"a":[1]}&status=201)");
  spec.kind = RemoteKind::kHttp;
  EXPECT_EQ(AskedModel(spec, {1, 0}).Ask(R"([{"q": [1, 2]}])").outputs, R"([201,{"a":[1]}])");
  EXPECT_EQ(Body(), R"({"q": [1, 2]})");
}

TEST_F(PredictorTest, StreamsOverTls) {
  RemoteSpec spec = ChatSpec(standin_.Https("https", "c", "first=20ms"));
  spec.ca_file = standin_.ca_file();
  spec.stream = true;
  const Told told = AskedModel(spec).Ask(R"(["q"])");
  EXPECT_EQ(told.outputs, R"(["hello"])");
  EXPECT_EQ(told.report.output_tokens, 5U);
}

// The head of the answer comes at once, with a part that holds nothing.
TEST_F(PredictorTest, TheTimeToTheFirstTokenOfAStream) {
  RemoteSpec spec = Spec("first=150ms");
  spec.stream = true;
  AskedModel asked(spec);
  EXPECT_EQ(asked.Ask(R"(["q"])").outputs, R"(["hello"])");
  const HistogramSnapshot streamed = asked.predictor().call_metrics()->first_token_ns.Snapshot();
  EXPECT_EQ(streamed.count, 1U);
  EXPECT_GE(Duration(streamed.max), milliseconds(120));
  EXPECT_LE(streamed.max, asked.predictor().call_metrics()->calling_ns.Snapshot().max);

  AskedModel whole(Spec("latency=20ms"));
  EXPECT_EQ(whole.Ask(R"(["q"])").outputs, R"(["hello"])");
  EXPECT_EQ(whole.predictor().call_metrics()->first_token_ns.Snapshot().count, 0U);
}

TEST_F(PredictorTest, CertificatesThatAreNotToBeTrusted) {
  for (const char* const place : {"expired", "wrong_host", "self_signed"}) {
    RemoteSpec spec = ChatSpec(standin_.Https(place, "c"));
    spec.ca_file = standin_.ca_file();
    spec.policy.wait_in_outage = false;
    spec.policy.retry.attempts = 1;
    ExpectFailure(AskedModel(spec).Ask(R"(["secret question"])"), FailureKind::kModel, "certificate");
  }
}

TEST_F(PredictorTest, EndsWithRequestsUnderWay) {
  AskedModel asked(Spec("silent=1"));
  asked.Begin(1, R"(["q"])");
  asked.Begin(2, "[7]");
  ASSERT_TRUE(asked.AwaitThat([&] { return Count("in_flight") == 1; }));
}

}  // namespace
}  // namespace penstock::remote
