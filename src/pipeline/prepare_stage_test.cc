#include "pipeline/prepare_stage.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "model/embedded/onnx_model.h"

namespace penstock {
namespace {

constexpr std::string_view kModel = PENSTOCK_SOURCE_DIR "/tests/golden/models/linear.onnx";
constexpr int64_t kNowMs = 1'760'000'000'000;  // 2025-10-09

Result<std::unique_ptr<Model>> LoadModel(const ModelFile& file) {
  embedded::OnnxOptions options;
  options.name = file.name;
  options.path = file.path;
  return embedded::LoadOnnx(options, RealClock());
}

std::string PipelineWith(const std::string& model) {
  return R"yaml(pipeline: p
event:
  key: event.user
  time: timestamp(event.time)
  types: { event.amount: double, event.name: string }
  rules: [{ name: amount-known, that: event.amount >= 0.0 }]
route: [{ when: event.amount > 100.0, to: large }, { when: event.amount <= 100.0, to: none }]
models:
  large:
    onnx: )yaml" +
         model + R"yaml(
    input: { x: event.features }
    output: { y: y }
postprocess:
  - require: { that: size(output.y) > 0, else: review }
emit: { id: event.id, y: output.y }
deliver:
  - { to: copies, when: event.id == "copied" }
  - { review: { when: event.id == "reviewed" } }
)yaml";
}

// A record as text and the time in its event, which is now if it is left out.
std::string Event(const std::string& id, const std::string& members, const std::string& time = "2025-10-09T08:00:00Z") {
  return R"({"id":")" + id + R"(","user":"u","time":")" + time + R"(",)" + members + "}";
}

class PrepareStageTest : public testing::Test {
 protected:
  PrepareStageTest() : file_(CompilePipeline("p.yaml", PipelineWith(std::string(kModel)), LoadModel)) {
    EXPECT_NE(file_.plan, nullptr) << file_.problems.Text();
    metrics_ = std::make_unique<StageMetrics>(*file_.plan);
    stage_ = *PrepareStage::Make(*file_.plan, *metrics_, clock_);
  }

  void Add(std::optional<std::string_view> value, std::optional<std::string_view> key = "u") {
    Record& record = records_.emplace_back();
    record.source = {"p.raw-events", 0, static_cast<int64_t>(records_.size() - 1)};
    record.timestamp_ms = kNowMs;
    record.key = key;
    record.value = value;
  }

  // Processes what was added, and says what became of the records: topic, then value or error, by their sources.
  std::multimap<std::string, std::string> Process() {
    const StageInput input{records_, 0, static_cast<int64_t>(records_.size()), &home_};
    stage_->Process({&input, 1});
    std::multimap<std::string, std::string> results;
    for (const OutRecord& record : out_.records()) {
      std::map<std::string_view, std::string_view> headers;
      for (const Header& header : record.headers) headers[header.name] = *header.value;
      const bool dead = headers.contains("penstock-error");
      const std::string what =
          dead ? std::string(headers["penstock-error"]) + ": " + std::string(headers["penstock-error-message"])
               : std::string(*record.value);
      results.emplace(headers["penstock-source"].substr(13), out_.topics()[record.topic] + " " + what);
    }
    return results;
  }

  // What became of the only record.
  std::string ResultOf(std::optional<std::string_view> value, std::optional<std::string_view> key = "u") {
    records_.clear();
    out_.Clear();
    Add(value, key);
    for (const auto& [source, result] : Process())
      if (!result.starts_with("p.enriched-context")) return result;
    return "nothing";
  }

  ManualClock clock_{WallTime(std::chrono::milliseconds(kNowMs + 5))};
  PipelineFile file_;
  std::unique_ptr<StageMetrics> metrics_;
  std::unique_ptr<PrepareStage> stage_;
  std::vector<Record> records_;
  HeldPartition home_;
  OutBatch& out_ = home_.out;
};

TEST_F(PrepareStageTest, AnswersAndKeepsOrder) {
  const std::string first = Event("a", R"("amount":1000,"features":[1,2,3])");
  const std::string second = Event("b", R"("amount":1,"features":[1,2,3])");
  Add(first);
  Add(second);
  Add(first);
  const StageInput input{records_, 0, static_cast<int64_t>(records_.size()), &home_};
  stage_->Process({&input, 1});
  std::vector<std::string> outputs;
  for (const OutRecord& record : out_.records())
    if (out_.topics()[record.topic] == "p.model-outputs") outputs.emplace_back(record.value->substr(0, 9));
  EXPECT_EQ(outputs, (std::vector<std::string>{R"({"id":"a")", R"({"id":"b")", R"({"id":"a")"}));
  EXPECT_EQ(metrics_->routes[0].value(), 2U);
  EXPECT_EQ(metrics_->routes[1].value(), 1U);
}

TEST_F(PrepareStageTest, WritesContextThatHoldsWhatTheModelWasGiven) {
  const std::string event = Event("a", R"("amount":1000,"features":[1,2,3.50])");
  Add(event);
  const auto results = Process();
  bool seen = false;
  for (const auto& [source, result] : results) seen = seen || result == "p.enriched-context {\"event\":" + event + "}";
  EXPECT_TRUE(seen);
}

TEST_F(PrepareStageTest, LineageIsInTheHeaders) {
  const std::string event = Event("a", R"("amount":1000,"features":[1,2,3])", "2025-10-09T07:59:59Z");
  Add(event);
  const std::vector<Header> incoming = {{"traceparent", "00-1-2-01"}, {"other", "x"}};
  records_[0].headers = incoming;
  Process();
  std::map<std::string, std::string> headers;
  for (const OutRecord& record : out_.records())
    if (out_.topics()[record.topic] == "p.model-outputs")
      for (const Header& header : record.headers) headers[std::string(header.name)] = *header.value;
  EXPECT_EQ(headers["penstock-source"], "p.raw-events/0/0");
  EXPECT_EQ(headers["penstock-route"], "large");
  EXPECT_EQ(headers["penstock-model"], "large");
  EXPECT_EQ(headers["penstock-model-version"], file_.plan->models[0].model->info().version);
  EXPECT_EQ(headers["penstock-revision"], file_.plan->revision);
  EXPECT_EQ(headers["penstock-time"], "2025-10-09T07:59:59Z");
  EXPECT_EQ(headers["traceparent"], "00-1-2-01");
  EXPECT_FALSE(headers.contains("other"));
}

TEST_F(PrepareStageTest, DeliversAndReviewsOnce) {
  const std::string copied = Event("copied", R"("amount":1000,"features":[1,2,3])");
  const std::string reviewed = Event("reviewed", R"("amount":1,"features":[])");
  Add(copied);
  Add(reviewed);
  std::map<std::string, int> counts;
  for (const auto& [source, result] : Process()) ++counts[source + " " + result.substr(0, result.find(' '))];
  EXPECT_EQ(counts["0/0 copies"], 1);
  EXPECT_EQ(counts["0/0 p.human-review"], 0);
  EXPECT_EQ(counts["0/1 p.human-review"], 1);
  EXPECT_EQ(counts["0/1 copies"], 0);
}

// What comes in may be anything; it ends as a dead letter that says why.

TEST_F(PrepareStageTest, BrokenJsonIsADeadLetter) {
  EXPECT_EQ(ResultOf("{\"id\":").substr(0, 39), "p.dead-letters decode: invalid JSON at ");
  EXPECT_EQ(ResultOf("\xff\xfe").substr(0, 22), "p.dead-letters decode:");
  EXPECT_EQ(ResultOf("[1]"), "p.dead-letters decode: an event is a JSON object, and this is a list");
  EXPECT_EQ(ResultOf(std::string(100, '[') + std::string(100, ']')).substr(0, 22), "p.dead-letters decode:");
}

TEST_F(PrepareStageTest, EmptyAndAbsentValuesAreDeadLetters) {
  EXPECT_EQ(ResultOf(""), "p.dead-letters decode: the record's value is empty");
  EXPECT_EQ(ResultOf(std::nullopt), "p.dead-letters decode: the record has no value");
  EXPECT_EQ(ResultOf("null"), "p.dead-letters decode: an event is a JSON object, and this is a null_type");
}

TEST_F(PrepareStageTest, ARecordOfTwentyMebibytesIsADeadLetterThatHoldsIt) {
  const std::string huge = Event("a", "\"x\":\"" + std::string(size_t{20} << 20, 'x') + "\"");
  EXPECT_EQ(ResultOf(huge).substr(0, 22), "p.dead-letters decode:");
  EXPECT_EQ(out_.records()[0].value, huge);
}

TEST_F(PrepareStageTest, ARecordThatCannotBeWrittenAgainIsADeadLetterWithoutIt) {
  const std::string huge(size_t{61} << 20, 'x');
  EXPECT_EQ(ResultOf(huge).substr(0, 22), "p.dead-letters decode:");
  EXPECT_FALSE(out_.records()[0].value);
}

TEST_F(PrepareStageTest, MissingFieldsAreDeadLetters) {
  EXPECT_EQ(ResultOf(Event("a", R"("features":[1,2,3])")),
            "p.dead-letters contract: this does not hold: event.amount >= 0.0: no such key: 'amount'");
  EXPECT_EQ(ResultOf(Event("a", R"("amount":1000)")), "p.dead-letters input: x: no such key: 'features'");
}

TEST_F(PrepareStageTest, WrongTypesAreDeadLetters) {
  EXPECT_EQ(ResultOf(Event("a", R"("amount":"12")")), "p.dead-letters type: event.amount is no double, but a string");
  EXPECT_EQ(ResultOf(Event("a", R"("amount":1,"name":5)")), "p.dead-letters type: event.name is no string, but a int");
  EXPECT_EQ(ResultOf(Event("a", R"("amount":1000,"features":["x",2,3])")).substr(0, 21), "p.dead-letters model:");
}

TEST_F(PrepareStageTest, ARowOfTheWrongLengthTakesNoOtherWithIt) {
  const std::string good = Event("good", R"("amount":1000,"features":[1,2,3])");
  const std::string bad = Event("bad", R"("amount":1000,"features":[1,2])");
  Add(good);
  Add(bad);
  Add(good);
  std::map<std::string, std::string> results;
  for (const auto& [source, result] : Process())
    if (!result.starts_with("p.enriched-context")) results[source] = result;
  EXPECT_TRUE(results["0/0"].starts_with("p.model-outputs")) << results["0/0"];
  EXPECT_EQ(results["0/1"], "p.dead-letters model: input 'x' of model large wants 3 numbers, and got 2");
  EXPECT_TRUE(results["0/2"].starts_with("p.model-outputs"));
}

TEST_F(PrepareStageTest, ADeadLetterTellsWhatTheModelSaid) {
  const PipelineFile file =
      CompilePipeline("p.yaml",
                      "pipeline: p\nroute: [{ to: m }]\nmodels: { m: { onnx: " + std::string(kModel) +
                          ", input: { x: event.x }, output: { y: 'y.map(v, int(v * 1e30))' } } }\n",
                      LoadModel);
  ASSERT_NE(file.plan, nullptr) << file.problems.Text();
  StageMetrics metrics(*file.plan);
  const std::unique_ptr<PrepareStage> stage = *PrepareStage::Make(*file.plan, metrics, clock_);
  Add(R"({"x":[1,2,3]})");
  const StageInput input{records_, 0, static_cast<int64_t>(records_.size()), &home_};
  stage->Process({&input, 1});
  std::map<std::string, std::string> headers;
  for (const Header& header : out_.records().back().headers) headers[std::string(header.name)] = *header.value;
  EXPECT_EQ(headers["penstock-error"], "output");
  EXPECT_EQ(headers["penstock-answer"].substr(0, 6), R"({"y":[)");
}

TEST(PipelineModels, AnAnswerThatTheModelCannotGiveIsFoundBeforeTheFirstEvent) {
  const PipelineFile file =
      CompilePipeline("p.yaml",
                      "pipeline: p\nroute: [{ to: m }]\nmodels: { m: { onnx: " + std::string(kModel) +
                          ", input: { x: event.x }, output: { a: 'y[0]', b: 'y[7]' } } }\n",
                      LoadModel);
  EXPECT_EQ(file.plan, nullptr);
  EXPECT_NE(file.problems.Text().find("index out of range"), std::string::npos) << file.problems.Text();
}

TEST_F(PrepareStageTest, KeysAreChecked) {
  const std::string event = Event("a", R"("amount":1,"features":[])");
  EXPECT_TRUE(ResultOf(event).starts_with("p.model-outputs"));
  EXPECT_EQ(ResultOf(event, "somebody"), "p.dead-letters key: the record's key is another than event.key gives");
  EXPECT_EQ(ResultOf(event, "\xff\xfe"), "p.dead-letters key: the record's key is another than event.key gives");
  EXPECT_EQ(out_.records()[0].key, "\xff\xfe");
  EXPECT_EQ(ResultOf(event, std::nullopt), "p.dead-letters key: the record has no key");
}

TEST_F(PrepareStageTest, OldEventsAreWelcomeAndThoseOfTheFutureAreNot) {
  const std::string rest = R"("amount":1,"features":[])";
  EXPECT_TRUE(ResultOf(Event("a", rest, "1970-01-01T00:00:00Z")).starts_with("p.model-outputs"));
  EXPECT_EQ(ResultOf(Event("a", rest, "2099-01-01T00:00:00Z")),
            "p.dead-letters time: the event's time, 2099-01-01T00:00:00Z, lies further ahead of its record's "
            "timestamp, 2025-10-09T08:53:20Z, than event.max_ahead allows");
  EXPECT_EQ(ResultOf(Event("a", rest, "yesterday")).substr(0, 20), "p.dead-letters time:");
}

TEST(StageRoutes, LeadToTopicsAndToNowhere) {
  const PipelineFile file = CompilePipeline("p.yaml", R"yaml(pipeline: p
topics: { context: off }
route:
  - { when: event.n > 10, to: none, topic: large }
  - { when: event.n < 0, to: drop }
  - { to: none }
emit: { n: event.n }
)yaml",
                                            LoadModel);
  ASSERT_NE(file.plan, nullptr) << file.problems.Text();
  EXPECT_EQ(file.plan->WrittenTopics().back(), "large");
  EXPECT_EQ(file.plan->drop_rules, std::vector<std::string>{"route[1]"});
  StageMetrics metrics(*file.plan);
  const std::unique_ptr<PrepareStage> stage = *PrepareStage::Make(*file.plan, metrics, RealClock());
  std::vector<Record> records(3);
  const std::string_view values[] = {R"({"n":11})", R"({"n":-1})", R"({"n":1})"};
  for (size_t i = 0; i < 3; ++i) {
    records[i].source = {"p.raw-events", 0, static_cast<int64_t>(i)};
    records[i].value = values[i];
  }
  HeldPartition home;
  OutBatch& out = home.out;
  const StageInput input{records, 0, 3, &home};
  stage->Process({&input, 1});
  ASSERT_EQ(out.records().size(), 2U);
  EXPECT_EQ(out.topics()[out.records()[0].topic], "large");
  EXPECT_EQ(out.topics()[out.records()[1].topic], "p.model-outputs");
  EXPECT_EQ(metrics.drops[0].value(), 1U);
  EXPECT_EQ(metrics.routes[1].value(), 1U);
}

TEST(StageRoutes, LeadToNoTopicThatHasAnotherUse) {
  const std::string text =
      "pipeline: p\nroute: [{ when: true, to: none, topic: p.raw-events }, { to: none, topic: p.dead-letters }]\n";
  const std::string problems = CompilePipeline("p.yaml", text, LoadModel).problems.Text();
  EXPECT_NE(problems.find("the pipeline reads 'p.raw-events'"), std::string::npos);
  EXPECT_NE(problems.find("'p.dead-letters' has a use of its own"), std::string::npos);
}

TEST_F(PrepareStageTest, WhatNoRuleMatchesIsADeadLetter) {
  EXPECT_EQ(ResultOf(R"({"id":"a","user":"u","time":"2025-10-09T08:00:00Z","amount":NaN})").substr(0, 22),
            "p.dead-letters decode:");
  const PipelineFile file = CompilePipeline(
      "p.yaml", "pipeline: p\nroute: [{ when: event.a, to: none }, { when: event.b == 1, to: none }]\n", LoadModel);
  ASSERT_NE(file.plan, nullptr) << file.problems.Text();
  StageMetrics metrics(*file.plan);
  const std::unique_ptr<PrepareStage> stage = *PrepareStage::Make(*file.plan, metrics, clock_);
  Add(R"({"b":2})");
  const StageInput input{records_, 0, static_cast<int64_t>(records_.size()), &home_};
  stage->Process({&input, 1});
  EXPECT_EQ(metrics.outputs.dead[static_cast<size_t>(DeadKind::kNoRoute)].value(), 1U);
  EXPECT_EQ(metrics.route_errors[0].value(), 1U);  // there is no event.a
  EXPECT_EQ(metrics.route_errors[1].value(), 0U);
}

TEST(PipelineModels, ATruncatedModelIsRefusedBeforeAnythingStarts) {
  std::ifstream whole(std::string(kModel), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(whole), {}};
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "truncated.onnx";
  std::ofstream(path, std::ios::binary) << bytes.substr(0, bytes.size() / 2);
  const PipelineFile file = CompilePipeline("p.yaml", PipelineWith(path.string()), LoadModel);
  EXPECT_EQ(file.plan, nullptr);
  EXPECT_NE(file.problems.Text().find("truncated.onnx"), std::string::npos) << file.problems.Text();
  std::filesystem::remove(path);
}

TEST_F(PrepareStageTest, TheSameRecordsGiveTheSameOutputsWhateverTheBatches) {
  std::vector<std::string> events;
  for (int i = 0; i < 2000; ++i)
    events.push_back(Event("e" + std::to_string(i), "\"amount\":" + std::to_string(i % 300) + ",\"features\":[1,2,3]"));
  const auto outputs = [&](size_t step) {
    records_.clear();
    out_.Clear();
    for (const std::string& event : events) Add(event);
    for (size_t i = 0; i < records_.size(); i += step) {
      const StageInput input{std::span(records_).subspan(i, std::min(step, records_.size() - i)), 0, 0, &home_};
      stage_->Process({&input, 1});
    }
    std::string all;
    for (const OutRecord& record : out_.records())
      all += out_.topics()[record.topic] + std::string(*record.value) + "\n";
    return all;
  };
  const std::string whole = outputs(2000);
  EXPECT_EQ(outputs(1), whole);
  EXPECT_EQ(outputs(37), whole);
}

}  // namespace
}  // namespace penstock
