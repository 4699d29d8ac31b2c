#include "admin/metric.h"

#include <gtest/gtest.h>

#include <limits>
#include <memory>

namespace penstock {
namespace {

constexpr Metric kCounter{"things_total", MetricType::kCounter, "kind", "How many\\few\nthings."};
constexpr Metric kGauge{"level", MetricType::kGauge, "", "A level."};
constexpr Metric kHistogram{"wait_seconds", MetricType::kHistogram, "", "A wait."};

TEST(Metric, HasItsHeadOnceAndEscapesWhatLabelsAndHelpSay) {
  std::string text;
  FamilyWriter writer(kCounter, "p", text);
  writer.Add({{"kind", "a\"b\\c\nd"}}, uint64_t{18'446'744'073'709'551'615U});
  writer.Add({}, 2);
  EXPECT_EQ(text,
            "# HELP things_total How many\\\\few\\nthings.\n"
            "# TYPE things_total counter\n"
            "things_total{pipeline=\"p\",kind=\"a\\\"b\\\\c\\nd\"} 18446744073709551615\n"
            "things_total{pipeline=\"p\"} 2\n");
}

TEST(Metric, LeavesNoTraceWithoutSamples) {
  std::string text;
  const FamilyWriter writer(kCounter, "", text);
  EXPECT_EQ(text, "");
}

TEST(Metric, WritesNumbersThatReadBackTheSame) {
  std::string text;
  FamilyWriter writer(kGauge, "", text);
  for (const double value : {0.1, 1e300, -2.0, std::numeric_limits<double>::infinity(),
                             -std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()})
    writer.Add({}, value);
  writer.Add({}, int64_t{-7});
  EXPECT_EQ(text.substr(text.find("level 0")),
            "level 0.1\nlevel 1e+300\nlevel -2\nlevel +Inf\nlevel -Inf\nlevel NaN\nlevel -7\n");
}

std::string HistogramText(const Histogram& histogram) {
  std::string text;
  FamilyWriter writer(kHistogram, "", text);
  const auto snapshot = std::make_unique<HistogramSnapshot>(histogram.Snapshot());
  writer.AddNanoseconds({}, *snapshot);
  return text;
}

bool Has(const std::string& text, const std::string& line) {
  return text.find("\n" + line + "\n") != std::string::npos;
}

TEST(Metric, AddsUpTheBucketsOfAHistogram) {
  const auto histogram = std::make_unique<Histogram>();
  histogram->Record(9'000);              // 9 us
  histogram->Record(2'000'000, 3);       // 2 ms
  histogram->Record(7'200'000'000'000);  // two hours: above every bound
  const std::string text = HistogramText(*histogram);
  EXPECT_TRUE(Has(text, "wait_seconds_bucket{le=\"1e-05\"} 1")) << text;
  EXPECT_TRUE(Has(text, "wait_seconds_bucket{le=\"0.001\"} 1")) << text;
  EXPECT_TRUE(Has(text, "wait_seconds_bucket{le=\"0.0025\"} 4")) << text;
  EXPECT_TRUE(Has(text, "wait_seconds_bucket{le=\"3600\"} 4")) << text;
  EXPECT_TRUE(Has(text, "wait_seconds_bucket{le=\"+Inf\"} 5")) << text;
  EXPECT_TRUE(Has(text, "wait_seconds_sum 7200.006009")) << text;
  EXPECT_TRUE(Has(text, "wait_seconds_count 5")) << text;
}

TEST(Metric, NeverCountsAValueBelowABoundThatItExceeds) {
  for (int64_t value_ns = 1; value_ns < 4'000'000'000'000; value_ns = value_ns * 17 / 16 + 1) {
    const auto histogram = std::make_unique<Histogram>();
    histogram->Record(value_ns);
    const bool is_below = Has(HistogramText(*histogram), "wait_seconds_bucket{le=\"1\"} 1");
    EXPECT_TRUE(!is_below || value_ns <= 1'000'000'000) << value_ns;
    EXPECT_TRUE(is_below || value_ns >= 1'000'000'000 / 16 * 15) << value_ns;
  }
}

}  // namespace
}  // namespace penstock
