#include "pipeline/infer_stage.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "pipeline/later_fixture.h"
#include "pipeline/prepare_stage.h"

namespace penstock {
namespace {

constexpr int64_t kNowMs = 1'760'000'000'000;

std::string PipelineWith(const std::string& more, const std::string& fallback = "[canned]") {
  return R"yaml(pipeline: p
event: { id: event.name, time: timestamp(event.time), types: { event.amount: double } }
prepare:
  - set: { double: event.amount * 2.0, at: timestamp(event.time) }
route:
  - { when: event.to == "none", to: none }
  - { when: event.to == "echo", to: echo }
  - { when: event.to == "vip", to: llm, topic: vips }
  - { to: llm }
models:
  llm:
    http: { url: 'https://llm.example.com/' }
    input: { body: event.n }
    output: { score: response.score }
    fallback: )yaml" +
         fallback + R"yaml(
  other:
    http: { url: 'https://other.example.com/' }
    input: { body: 'string(event.n) + "!"' }
  echo: { onnx: e.onnx, input: { x: event.n }, output: { score: y } }
  canned: { constant: { score: 0.5 } }
postprocess:
  - require: { that: output.score >= 0.0, else: fallback }
  - require: { that: output.score <= 100.0 }
emit: { n: event.n, score: output.score, doubled: double, late: at > timestamp("2020-01-01T00:00:00Z"), why: '"x" in headers ? headers["x"] : ""' }
)yaml" + more;
}

// Records go through the stage `prepare`, and what that writes to the context topic through the stage `infer`.
class InferStageTest : public testing::Test {
 protected:
  InferStageTest() { Use(PipelineWith("")); }

  void Use(const std::string& yaml) {
    infer_.reset();
    file_.emplace(CompilePipeline("p.yaml", yaml, LoadLater(scripts_)));
    ASSERT_NE(file_->plan, nullptr) << file_->problems.Text();
    prepare_metrics_ = std::make_unique<StageMetrics>(*file_->plan);
    metrics_ = std::make_unique<StageMetrics>(*file_->plan);
    prepare_ = *PrepareStage::Make(*file_->plan, *prepare_metrics_, clock_);
    infer_ = *InferStage::Make(*file_->plan, *metrics_, arrivals_, clock_, {});
    home_.partition = {"p.enriched-context", 0};
    script_ = &scripts_["llm"];
  }

  static std::string Event(int n, const std::string& to = "", const std::string& more = "") {
    return R"({"n":)" + std::to_string(n) + R"(,"name":"e)" + std::to_string(n) + R"(","to":")" + to +
           R"(","amount":20,"time":"2025-10-09T08:00:00Z")" + more + "}";
  }

  // What becomes of raw records with these values in the stage `prepare`. They lie where the last ones ended.
  void Prepare(const std::vector<std::string>& values, const std::vector<std::string>& keys = {}) {
    std::vector<Record> records(values.size());
    const Header header{"x", "y"};
    for (size_t i = 0; i < values.size(); ++i) {
      records[i].source = {"p.raw-events", 3, next_raw_++};
      records[i].timestamp_ms = kNowMs;
      records[i].value = values[i];
      records[i].headers = {&header, 1};
      if (!keys.empty()) records[i].key = keys[i];
    }
    const StageInput input{records, 0, 0, &prepared_};
    prepare_->Process({&input, 1});
  }

  // The context records that are there, and not read yet, through the stage `infer`.
  void Infer() {
    std::vector<Record> records;
    const int64_t begin = next_context_;
    for (; read_ < prepared_.out.records().size(); ++read_) {
      const OutRecord& out = prepared_.out.records()[read_];
      if (prepared_.out.topics()[out.topic] != "p.enriched-context") continue;
      Record& record = records.emplace_back();
      record.source = {"p.enriched-context", 0, next_context_++};
      record.timestamp_ms = out.timestamp_ms;
      record.key = out.key;
      record.value = out.value;
      record.headers = out.headers;
    }
    const StageInput input{records, begin, next_context_, &home_};
    infer_->Process({&input, 1});
    infer_->Turn();
  }

  static std::map<std::string, std::string> HeadersOf(const OutRecord& record) {
    std::map<std::string, std::string> headers;
    for (const Header& header : record.headers) headers[std::string(header.name)] = header.value.value_or("");
    return headers;
  }

  // What `infer` wrote, in order, as topic, and value or error.
  std::vector<std::string> Written() const {
    std::vector<std::string> written;
    for (const OutRecord& record : home_.out.records()) {
      const auto headers = HeadersOf(record);
      const auto error = headers.find("penstock-error");
      written.push_back(home_.out.topics()[record.topic] + " " +
                        (error == headers.end() ? std::string(record.value.value_or("-"))
                                                : error->second + ": " + headers.at("penstock-error-message")));
    }
    return written;
  }

  std::map<std::string, LaterScript> scripts_;
  std::optional<PipelineFile> file_;
  const ManualClock clock_{WallTime(std::chrono::milliseconds(kNowMs))};
  std::unique_ptr<StageMetrics> prepare_metrics_;
  std::unique_ptr<StageMetrics> metrics_;
  Arrivals arrivals_;
  HeldPartition prepared_;
  HeldPartition home_;
  std::unique_ptr<PrepareStage> prepare_;
  std::unique_ptr<InferStage> infer_;
  LaterScript* script_ = nullptr;
  int64_t next_raw_ = 0;
  int64_t next_context_ = 0;
  size_t read_ = 0;
};

TEST_F(InferStageTest, AnswersComeLaterAndInAnyOrder) {
  Prepare({Event(0), Event(1)});
  EXPECT_EQ(prepare_metrics_->outputs.waiting.value(), 2U);
  Infer();
  EXPECT_EQ(infer_->in_flight().events, 2U);
  EXPECT_TRUE(Written().empty());
  script_->Answer("1", R"({"score":7})");
  infer_->Turn();
  EXPECT_EQ(Written(),
            std::vector<std::string>{R"(p.model-outputs {"n":1,"score":7,"doubled":40.0,"late":true,"why":"y"})"});
  EXPECT_EQ(home_.progress.position(), 0);
  EXPECT_TRUE(home_.progress.Contains(1));
  script_->Answer("0", R"({"score":8})");
  infer_->Turn();
  EXPECT_EQ(home_.progress, Progress(2));
  EXPECT_EQ(infer_->in_flight().events, 0U);
  EXPECT_EQ(infer_->in_flight().bytes, 0U);
}

TEST_F(InferStageTest, LineageIsInTheHeaders) {
  Prepare({Event(0, "vip")});
  Infer();
  script_->Answer("0", R"({"score":7})",
                  {.attempts = 2,
                   .input_tokens = 5,
                   .output_tokens = 6,
                   .latency = std::chrono::milliseconds(3),
                   .version = "2026-01",
                   .answer = {}});
  infer_->Turn();
  ASSERT_EQ(home_.out.records().size(), 1U);
  EXPECT_EQ(Written()[0].substr(0, 4), "vips");
  std::map<std::string, std::string> headers = HeadersOf(home_.out.records()[0]);
  EXPECT_EQ(headers["penstock-source"], "p.raw-events/3/0");
  EXPECT_EQ(headers["penstock-context"], "p.enriched-context/0/0");
  EXPECT_EQ(headers["penstock-route"], "llm");
  EXPECT_EQ(headers["penstock-model"], "llm");
  EXPECT_EQ(headers["penstock-model-version"], "2026-01");
  EXPECT_EQ(headers["penstock-attempts"], "2");
  EXPECT_EQ(headers["penstock-tokens"], "11");
  EXPECT_EQ(headers["penstock-latency-us"], "3000");
  EXPECT_EQ(headers["penstock-time"], "2025-10-09T08:00:00Z");
  EXPECT_FALSE(headers.contains("penstock-fallback"));
}

TEST_F(InferStageTest, WhatWasAnsweredAtOnceIsPassedOver) {
  Prepare({Event(0, "echo"), Event(1, "none"), Event(2)});
  EXPECT_EQ(prepare_metrics_->outputs.outputs.value(), 2U);
  Infer();
  EXPECT_EQ(metrics_->records.value(), 1U);
  EXPECT_EQ(home_.progress, Progress(2));
  EXPECT_TRUE(home_.changed);
}

TEST_F(InferStageTest, AModelThatFailsIsFollowedByItsFallback) {
  Prepare({Event(0), Event(1)});
  Infer();
  script_->Fail("0", FailureKind::kDeadline, "took too long");
  script_->Answer("1", R"({"score":-1})");  // and this one a step refuses
  infer_->Turn();
  ASSERT_EQ(home_.out.records().size(), 2U);
  for (const OutRecord& record : home_.out.records()) {
    EXPECT_EQ(HeadersOf(record).at("penstock-model"), "canned");
    EXPECT_EQ(HeadersOf(record).at("penstock-route"), "llm");
  }
  EXPECT_EQ(HeadersOf(home_.out.records()[0]).at("penstock-fallback"), "llm: took too long");
  EXPECT_EQ(HeadersOf(home_.out.records()[1]).at("penstock-fallback"), "llm: this does not hold: output.score >= 0.0");
}

TEST_F(InferStageTest, AFallbackMayAnswerLaterToo) {
  Use(PipelineWith("", "[other, canned]"));
  Prepare({Event(0)});
  Infer();
  script_->Fail("0", FailureKind::kOutage, "all are down");
  infer_->Turn();
  EXPECT_TRUE(Written().empty());
  EXPECT_EQ(infer_->in_flight().events, 1U);
  scripts_["other"].Answer("\"0!\"", R"({"score":3})");
  infer_->Turn();
  ASSERT_EQ(home_.out.records().size(), 1U);
  EXPECT_EQ(HeadersOf(home_.out.records()[0]).at("penstock-model"), "other");
  EXPECT_EQ(HeadersOf(home_.out.records()[0]).at("penstock-fallback"), "llm: all are down");
  EXPECT_EQ(infer_->in_flight().events, 0U);
}

TEST_F(InferStageTest, WithoutAFallbackAFailureIsADeadLetter) {
  Use(PipelineWith("", "[]"));
  Prepare({Event(0), Event(1), Event(2)});
  Infer();
  script_->Fail("0", FailureKind::kModel, "said 503 five times");
  script_->Fail("1", FailureKind::kRefusal, "refused", {.attempts = 1, .version = {}, .answer = "I cannot"});
  script_->Answer("2", R"({"score":-1})");
  infer_->Turn();
  EXPECT_EQ(Written(),
            (std::vector<std::string>{"p.dead-letters model: said 503 five times", "p.dead-letters refusal: refused",
                                      "p.dead-letters require: this does not hold: output.score >= 0.0"}));
  EXPECT_EQ(home_.out.records()[0].value, Event(0));
  EXPECT_EQ(HeadersOf(home_.out.records()[0]).at("penstock-step"), "models.llm");
  EXPECT_EQ(HeadersOf(home_.out.records()[1]).at("penstock-answer"), "I cannot");
  EXPECT_EQ(home_.progress, Progress(3));
}

// An answer that came, and is of no use, is a finding: nobody else is asked.
TEST_F(InferStageTest, NonsenseIsADeadLetterThoughThereIsAFallback) {
  Prepare({Event(0)});
  Infer();
  script_->Fail("0", FailureKind::kAnswer, "is no JSON");
  infer_->Turn();
  EXPECT_EQ(Written(), std::vector<std::string>{"p.dead-letters answer: is no JSON"});
}

TEST_F(InferStageTest, InputsThatCannotBeMadeAreDeadLetters) {
  Use(PipelineWith(""));
  Prepare({R"({"name":"e","to":"","amount":20,"time":"2025-10-09T08:00:00Z"})"});
  Infer();
  EXPECT_EQ(Written(), std::vector<std::string>{"p.dead-letters input: body: no such key: 'n'"});
  EXPECT_EQ(infer_->in_flight().events, 0U);
  EXPECT_EQ(home_.progress, Progress(1));
}

TEST_F(InferStageTest, RecordsOfOthersAreDeadLetters) {
  Record record;
  record.source = {"p.enriched-context", 0, 0};
  record.value = R"({"event":{}})";
  const StageInput input{{&record, 1}, 0, 1, &home_};
  infer_->Process({&input, 1});
  EXPECT_EQ(Written(), std::vector<std::string>{"p.dead-letters decode: the record is none that this pipeline wrote"});
  EXPECT_EQ(HeadersOf(home_.out.records()[0]).at("penstock-source"), "p.enriched-context/0/0");
}

TEST_F(InferStageTest, OfAKeyOneEventGoesAtATime) {
  Use(PipelineWith("order: key\n"));
  Prepare({Event(0), Event(1, "none"), Event(2), Event(3)}, {"a", "a", "b", "a"});
  EXPECT_EQ(prepare_metrics_->outputs.waiting.value(), 4U);  // whoever answers, its key has an order
  Infer();
  EXPECT_EQ(script_->asked.size(), 2U);
  EXPECT_TRUE(script_->IsAsked("0") && script_->IsAsked("2"));
  script_->Answer("2", R"({"score":2})");
  infer_->Turn();
  script_->Answer("0", R"({"score":1})");
  infer_->Turn();
  EXPECT_EQ(home_.out.records().size(), 3U);  // with the one that no model answers
  EXPECT_TRUE(script_->IsAsked("3"));
  script_->Answer("3", R"({"score":3})");
  infer_->Turn();
  std::vector<std::string> order;
  for (const OutRecord& record : home_.out.records()) order.emplace_back(record.value->substr(5, 1));
  EXPECT_EQ(order, (std::vector<std::string>{"2", "0", "1", "3"}));
  EXPECT_EQ(infer_->in_flight().events, 0U);
}

TEST_F(InferStageTest, OfAPartitionOneEventGoesAtATime) {
  Use(PipelineWith("order: partition\n"));
  Prepare({Event(0), Event(1)}, {"a", "b"});
  Infer();
  EXPECT_EQ(script_->asked.size(), 1U);
  script_->Answer("0", R"({"score":1})");
  infer_->Turn();
  EXPECT_TRUE(script_->IsAsked("1"));
}

TEST_F(InferStageTest, WhatModelsKeepOfRequestsCountsUntilTheyAnswer) {
  Use(PipelineWith("", "[other]"));
  Prepare({Event(0), Event(1)});
  Infer();
  const size_t records = infer_->in_flight().bytes;
  infer_->GiveUp(home_, false);
  script_->request_bytes = 1'000'000;
  scripts_["other"].request_bytes = 5'000'000;
  Prepare({Event(2), Event(3)});
  Infer();
  EXPECT_EQ(infer_->in_flight().bytes, records + 2'000'000);
  script_->Fail("2", FailureKind::kModel, "said 503");
  infer_->Turn();
  EXPECT_EQ(infer_->in_flight().bytes, records + 6'000'000);
  EXPECT_EQ(home_.in_flight.bytes, records + 6'000'000);
  scripts_["other"].Answer("\"2!\"", R"({"score":3})");
  infer_->Turn();
  EXPECT_EQ(infer_->in_flight().bytes, records / 2 + 1'000'000);
  infer_->GiveUp(home_, false);
  EXPECT_EQ(infer_->in_flight().bytes, 0U);
  EXPECT_EQ(home_.in_flight.bytes, 0U);
}

TEST_F(InferStageTest, GivesUpWhatWasNotBegunAndThenTheRest) {
  Prepare({Event(0), Event(1)});
  Infer();
  script_->queued[script_->asked[1].id] = true;
  infer_->GiveUp(home_, true);
  EXPECT_EQ(script_->cancelled.size(), 1U);
  EXPECT_EQ(home_.in_flight.events, 1U);
  script_->Answer("0", R"({"score":1})");
  infer_->Turn();
  EXPECT_EQ(home_.progress, Progress(1));

  Prepare({Event(2)});
  Infer();
  infer_->GiveUp(home_, false);
  EXPECT_EQ(script_->cancelled.size(), 2U);
  EXPECT_EQ(infer_->in_flight().events, 0U);
  EXPECT_EQ(home_.progress, Progress(1));
}

// The next partition may be held at the address of one that was given up.
TEST_F(InferStageTest, NobodyWaitsBehindWhatWasGivenUp) {
  Use(PipelineWith("order: partition\n"));
  Prepare({Event(0), Event(1)});
  Infer();
  script_->queued[script_->asked[0].id] = true;
  infer_->GiveUp(home_, true);
  EXPECT_EQ(home_.in_flight.events, 0U);

  Prepare({Event(2)});
  Infer();
  EXPECT_TRUE(script_->IsAsked("2"));
}

TEST_F(InferStageTest, ADeletedModelIsSaid) {
  Prepare({Event(0)});
  prepared_.out.Clear();
  Use(PipelineWith(""));
  read_ = 0;
  Prepare({Event(0)});
  std::string yaml = PipelineWith("");
  for (size_t at = 0; (at = yaml.find("llm", at)) != std::string::npos;) yaml.replace(at, 3, "gpt");
  Use(yaml);
  Infer();
  EXPECT_EQ(Written(), std::vector<std::string>{"p.dead-letters no_route: the event was routed to the model 'llm', "
                                                "which this pipeline has no more"});
}

TEST_F(InferStageTest, ManyAnswersInOneTurnAreAllWritten) {
  std::vector<std::string> events;
  for (int i = 0; i < 2000; ++i) events.push_back(Event(i));
  Prepare(events);
  Infer();
  EXPECT_EQ(infer_->in_flight().events, 2000U);
  for (int i = 1999; i >= 0; --i) script_->Answer(std::to_string(i), R"({"score":1})");
  infer_->Turn();
  EXPECT_EQ(home_.out.records().size(), 2000U);
  EXPECT_EQ(home_.progress, Progress(2000));
  std::set<std::string> sources;
  for (const OutRecord& record : home_.out.records()) sources.insert(HeadersOf(record).at("penstock-source"));
  EXPECT_EQ(sources.size(), 2000U);
}

}  // namespace
}  // namespace penstock
