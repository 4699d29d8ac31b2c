#include "admin/metrics_text.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <set>

namespace penstock {
namespace {

constexpr std::string_view kPipeline = R"yaml(pipeline: shop
topics: { context: off }
prepare:
  - drop: { when: event.n < 0, name: negative }
  - drop: { when: event.n == 0 }
  - drop: { when: event.n > 9, name: negative }
route:
  - { when: event.n == 1, to: none }
  - { to: none }
emit: { n: event.n }
)yaml";

std::string FileText(const std::string& path) {
  std::ifstream file(std::string(PENSTOCK_SOURCE_DIR "/") + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class MetricsTextTest : public testing::Test {
 protected:
  MetricsTextTest() : file_(CompilePipeline("shop.yaml", std::string(kPipeline), nullptr)) {
    file_.plan->revision = "r1";
    input_ = std::make_unique<MetricsInput>(*file_.plan, EngineSnapshot(), std::vector<ModelSnapshot>(), ProcessStats(),
                                            "1.2.3");
    input_->engine.drops = {3, 4, 5};
    input_->engine.routes = {10, 20};
    input_->engine.route_errors = {1, 0};
  }

  // Those lines of the text that are samples of this metric.
  std::string Samples(const std::string& name) const {
    const std::string text = MetricsText(*input_);
    std::string samples;
    for (size_t begin = 0; begin < text.size();) {
      const size_t end = text.find('\n', begin) + 1;
      const std::string line = text.substr(begin, end - begin);
      if (line.starts_with(name + "{") || line.starts_with(name + " ")) samples += line;
      begin = end;
    }
    return samples;
  }

  PipelineFile file_;
  std::unique_ptr<MetricsInput> input_;
};

TEST_F(MetricsTextTest, IsThatOfTheGoldenFile) {
  EngineSnapshot& engine = input_->engine;
  engine.records = 42;
  engine.record_bytes = 4200;
  engine.batches = 3;
  engine.outputs = 28;
  engine.contexts = 1;
  engine.reviews = 2;
  engine.delivered = 5;
  engine.delivery_errors = 4;
  engine.commits = 2;
  engine.fenced_partitions = 1;
  engine.lost_records = 7;
  engine.log = {.brokers_up = 3,
                .brokers_down = 1,
                .round_trip_p99_us = 2500,
                .request_retries = 6,
                .aborted_attempts = 2,
                .unknown_outcomes = 1};
  engine.buffered_bytes = 99;
  engine.dead_by_kind[static_cast<size_t>(DeadKind::kNoRoute)] = 2;
  const auto histogram = std::make_unique<Histogram>();
  histogram->Record(3'000'000, 2);
  engine.batch_ns = engine.commit_ns = engine.latency_ns = engine.processing_ns = histogram->Snapshot();
  engine.lags = {{{"shop.raw-events", 1}, 5, 1500}, {{"shop.raw-events", 0}, 0, 0}};
  ModelSnapshot& model = input_->models.emplace_back();
  model.name = "v\"1\"";
  model.version = "2";
  model.rows = 27;
  model.failed_rows = 1;
  model.runs = 3;
  model.run_ns = histogram->Snapshot();
  model.native_bytes = 1024;
  model.longest_run = std::chrono::milliseconds(1500);
  input_->process = {.cpu_seconds = 1.25, .resident_memory_bytes = 1 << 20, .start_time_seconds = 1.76e9};
  EXPECT_EQ(MetricsText(*input_), FileText("tests/golden/admin/metrics.txt"));
}

TEST_F(MetricsTextTest, AddsUpRulesThatShareAName) {
  EXPECT_EQ(Samples("penstock_dropped_total"),
            "penstock_dropped_total{pipeline=\"shop\",rule=\"negative\"} 8\n"
            "penstock_dropped_total{pipeline=\"shop\",rule=\"prepare[1].drop\"} 4\n");
}

TEST_F(MetricsTextTest, SaysOnceHowFarAPartitionIsBehindThatTwoWorkersName) {
  input_->engine.lags = {{{"t", 0}, 5, 1500}, {{"t", 0}, 3, 2500}};
  EXPECT_EQ(Samples("penstock_lag_records"), "penstock_lag_records{pipeline=\"shop\",topic=\"t\",partition=\"0\"} 5\n");
  EXPECT_EQ(Samples("penstock_lag_seconds"),
            "penstock_lag_seconds{pipeline=\"shop\",topic=\"t\",partition=\"0\"} 2.5\n");
}

TEST_F(MetricsTextTest, SaysNothingOfWhatIsNotKnown) {
  input_->models.emplace_back().name = "m";
  EXPECT_EQ(Samples("penstock_model_native_bytes"), "");
  EXPECT_EQ(Samples("process_start_time_seconds"), "");
  EXPECT_EQ(Samples("penstock_model_longest_run_seconds"),
            "penstock_model_longest_run_seconds{pipeline=\"shop\",model=\"m\",version=\"\"} 0\n");
}

TEST_F(MetricsTextTest, ShowsDeadLettersOfEveryKind) {
  const std::string samples = Samples("penstock_dead_letters_total");
  EXPECT_EQ(std::count(samples.begin(), samples.end(), '\n'), static_cast<ptrdiff_t>(kDeadKinds));
}

TEST_F(MetricsTextTest, CallsAreThoseOfModelsThatAnswerLater) {
  ModelSnapshot at_once;
  at_once.name = "tree";
  ModelSnapshot later;
  later.name = "llm";
  later.version = "7";
  later.calls =
      CallSnapshot{.answered = 5, .failed = 1, .attempts = 8, .input_tokens = 100, .waiting = {3}, .cost = 0.25};
  input_->models = {at_once, later};
  const std::string of_llm = R"({pipeline="shop",model="llm",version="7")";
  EXPECT_EQ(Samples("penstock_calls_total"), "penstock_calls_total" + of_llm + ",outcome=\"answered\"} 5\n" +
                                                 "penstock_calls_total" + of_llm + ",outcome=\"failed\"} 1\n" +
                                                 "penstock_calls_total" + of_llm + ",outcome=\"cancelled\"} 0\n");
  EXPECT_EQ(Samples("penstock_attempts_total"), "penstock_attempts_total" + of_llm + "} 8\n");
  EXPECT_TRUE(
      Samples("penstock_calls_waiting").starts_with("penstock_calls_waiting" + of_llm + ",for=\"in_flight\"} 3\n"));
  EXPECT_EQ(Samples("penstock_cost_total"), "penstock_cost_total" + of_llm + "} 0.25\n");
  EXPECT_EQ(Samples("penstock_context_records_total"), "");  // the pipeline has no such stage
  input_->engine.infer = {.records = 9, .in_flight = 4};
  file_.plan->has_infer = true;
  EXPECT_EQ(Samples("penstock_context_records_total"), "penstock_context_records_total{pipeline=\"shop\"} 9\n");
  EXPECT_EQ(Samples("penstock_events_in_flight"), "penstock_events_in_flight{pipeline=\"shop\"} 4\n");
}

TEST_F(MetricsTextTest, CallsWaitForOneThingEach) {
  ModelSnapshot& model = input_->models.emplace_back();
  model.name = "llm";
  model.calls = CallSnapshot{.waiting = {1, 2, 3, 4, 5, 6, 7}};
  std::string expected;
  int64_t count = 0;
  for (const char* const wait : {"in_flight", "requests", "tokens", "provider", "outage", "backoff", "hold"})
    expected += R"(penstock_calls_waiting{pipeline="shop",model="llm",version="",for=")" + std::string(wait) + "\"} " +
                std::to_string(++count) + "\n";
  EXPECT_EQ(Samples("penstock_calls_waiting"), expected);
}

TEST_F(MetricsTextTest, FirstTokensAreThoseOfStreams) {
  ModelSnapshot& model = input_->models.emplace_back();
  model.name = "llm";
  Histogram histogram;
  histogram.Record(120'000'000, 3);
  model.calls = CallSnapshot{.first_token_ns = histogram.Snapshot()};
  EXPECT_EQ(Samples("penstock_first_token_seconds_sum"),
            R"(penstock_first_token_seconds_sum{pipeline="shop",model="llm",version=""} 0.36)"
            "\n");
  EXPECT_EQ(Samples("penstock_first_token_seconds_count"),
            R"(penstock_first_token_seconds_count{pipeline="shop",model="llm",version=""} 3)"
            "\n");
}

TEST(MetricsReference, IsThePageInTheDocumentation) {
  EXPECT_EQ(MetricsReference(), FileText("docs/metrics.md"))
      << "docs/metrics.md is written by: penstock schema --metrics > docs/metrics.md";
}

}  // namespace
}  // namespace penstock
