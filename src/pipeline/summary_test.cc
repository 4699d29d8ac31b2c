#include "pipeline/summary.h"

#include <gtest/gtest.h>

#include "event/json_writer.h"
#include "event/parsed_json.h"
#include "pipeline/pipeline_fixture.h"

namespace penstock {
namespace {

constexpr Duration kTwoSeconds = std::chrono::seconds(2);

EngineSnapshot Sample() {
  EngineSnapshot snapshot;
  snapshot.records = 3'000'000;
  snapshot.drops = {1, 2, 4};
  snapshot.routes = {10, 20, 30};
  snapshot.dead = 5;
  snapshot.dead_by_kind[static_cast<size_t>(DeadKind::kNoRoute)] = 5;
  snapshot.lags = {{{"t", 0}, 7, 1}, {{"t", 1}, 8, 1}};
  return snapshot;
}

TEST(Summary, IsALineOfJsonInWhichNoNameStandsTwice) {
  const PipelineFile file = CompileGood(
      "pipeline: p\nprepare: [drop: { when: event.a, name: x }, drop: { when: event.b, name: x }, drop: { when: "
      "event.c }]\nroute: [{ when: event.a, to: none }, { when: event.b, to: m }, { to: none }]\n"
      "models: { m: { onnx: m, input: { x: 1 }, output: {} } }\n");
  ModelSnapshot model;
  model.name = "m";
  model.version = "7";
  model.rows = 20;
  const std::string line = SummaryJson(*file.plan, Sample(), {model}, kTwoSeconds, Duration(0));
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const ParsedJson summary(line);
  EXPECT_EQ(ToJson(summary.At("dropped_by_rule")), R"({"x":3,"prepare[2].drop":4})");
  EXPECT_EQ(ToJson(summary.At("routes")), R"({"none":40,"m":20})");
  EXPECT_EQ(ToJson(summary.At("dead_by_kind")), R"({"no_route":5})");
  EXPECT_EQ(ToJson(summary.At("lag")), "15");
  EXPECT_EQ(summary.At("records_per_second").as_double(), 1'500'000);
  EXPECT_EQ(ToJson(*MapFind(*MapFind(summary.At("models"), "m"), "version")), R"("7")");
  EXPECT_EQ(line.find(R"("x":1)"), std::string::npos);
}

TEST(StatusLine, TellsWhatHappenedSinceTheLast) {
  EngineSnapshot earlier;
  earlier.records = 500'000;
  EXPECT_EQ(StatusLine(Sample(), earlier, kTwoSeconds), "1,250,000 records/s  lag 15  p99 -  dead letters 5");
  EXPECT_EQ(StatusLine(earlier, earlier, Duration(0)), "0 records/s  lag 0  p99 -  dead letters 0");
  EngineSnapshot now = earlier;
  Histogram latency;
  latency.Record(2'000'000, 100);
  now.latency_ns = latency.Snapshot();
  EXPECT_NE(StatusLine(now, earlier, kTwoSeconds).find("p99 2.0 ms"), std::string::npos);
}

}  // namespace
}  // namespace penstock
