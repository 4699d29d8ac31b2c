#include "event/time_text.h"

#include <gtest/gtest.h>

#include <ctime>
#include <random>
#include <string>

namespace penstock {
namespace {

struct GoodTime {
  std::string_view text;
  Timestamp time;
};

constexpr GoodTime kGoodTimes[] = {
    {"1970-01-01T00:00:00Z", {0, 0}},
    {"1970-01-01t00:00:00z", {0, 0}},
    {"2026-01-31T23:59:59Z", {1769903999, 0}},
    {"2026-01-31T23:59:59.5Z", {1769903999, 500'000'000}},
    {"2026-01-31T23:59:59.123456789Z", {1769903999, 123'456'789}},
    {"2026-02-01T01:59:59+02:00", {1769903999, 0}},
    {"2026-01-31T18:29:59-05:30", {1769903999, 0}},
    {"2026-01-31T23:59:59+00:00", {1769903999, 0}},
    {"2026-01-31T23:59:59-00:00", {1769903999, 0}},
    {"2026-02-01T23:58:59+23:59", {1769903999, 0}},
    {"1969-12-31T23:59:59.25Z", {-1, 250'000'000}},
    {"1970-01-01T00:59:59.25+01:00", {-1, 250'000'000}},
    {"2024-02-29T00:00:00Z", {1709164800, 0}},
    {"2000-02-29T12:00:00Z", {951825600, 0}},
    {"0001-01-01T00:00:00Z", {kTimestampSecondsMin, 0}},
    {"9999-12-31T23:59:59.999999999Z", {kTimestampSecondsMax, 999'999'999}},
    {"0001-01-01T01:00:00+01:00", {kTimestampSecondsMin, 0}},
    {"0000-12-31T23:00:00-01:00", {kTimestampSecondsMin, 0}},
    {"9999-12-31T22:59:59-01:00", {kTimestampSecondsMax, 0}},
};

TEST(TimeTextTest, ParsesTimestamps) {
  for (const GoodTime& good : kGoodTimes) EXPECT_EQ(ParseTimestamp(good.text), good.time) << good.text;
}

constexpr std::string_view kBadTimes[] = {
    "",
    "2026",
    "2026-01-31",
    "2026-01-31T",
    "2026-01-31T23:59",
    "2026-01-31T23:59:59",
    "2026-01-31 23:59:59Z",
    "2026-01-31T23:59:59 Z",
    " 2026-01-31T23:59:59Z",
    "2026-01-31T23:59:59Z ",
    "2026-01-31T23:59:59ZZ",
    "2026-01-31T23:59:59.Z",
    "2026-01-31T23:59:59,5Z",
    "2026-01-31T23:59:59.5",
    "2026-01-31T23:59:59.-5Z",
    "2026-01-31T23:59:60Z",
    "2026-01-31T23:60:59Z",
    "2026-01-31T24:00:00Z",
    "2026-01-32T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-1-31T23:59:59Z",
    "26-01-31T23:59:59Z",
    "02026-01-31T23:59:59Z",
    "+2026-01-31T23:59:59Z",
    "-001-01-31T23:59:59Z",
    "2026-01-31T3:59:59Z",
    "2026-01-31T+3:59:59Z",
    "20260131T235959Z",
    "2026/01/31T23:59:59Z",
    "2026-01-31T23:59:59+2",
    "2026-01-31T23:59:59+02",
    "2026-01-31T23:59:59+0200",
    "2026-01-31T23:59:59+02:0",
    "2026-01-31T23:59:59+02:60",
    "2026-01-31T23:59:59+24:00",
    "2026-01-31T23:59:59+02:00Z",
    "2026-01-31T23:59:59Z+02:00",
    "2026-01-31T23:59:59UTC",
    "0000-12-31T23:59:59Z",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:59:59+01:00",
    "9999-12-31T23:00:00-01:00",
    "1769903999",
    "２026-01-31T23:59:59Z",
};

TEST(TimeTextTest, RefusesWhatIsNoTimestamp) {
  for (const std::string_view text : kBadTimes) EXPECT_EQ(ParseTimestamp(text), std::nullopt) << text;
  constexpr std::string_view kGood = "2026-01-31T23:59:59.5+02:00";
  for (size_t size = 0; size < kGood.size(); ++size)
    EXPECT_EQ(ParseTimestamp(kGood.substr(0, size)), std::nullopt) << kGood.substr(0, size);
}

TEST(TimeTextTest, CutsFractionsBelowTheNanosecond) {
  constexpr std::string_view kDigits = "987654321999";
  constexpr uint32_t kNanos[] = {900'000'000, 980'000'000, 987'000'000, 987'600'000, 987'650'000, 987'654'000,
                                 987'654'300, 987'654'320, 987'654'321, 987'654'321, 987'654'321, 987'654'321};
  for (size_t digits = 1; digits <= kDigits.size(); ++digits) {
    const std::string text = "1970-01-01T00:00:00." + std::string(kDigits.substr(0, digits)) + "Z";
    EXPECT_EQ(ParseTimestamp(text), (Timestamp{0, kNanos[digits - 1]})) << text;
  }
  EXPECT_EQ(ParseTimestamp("1970-01-01T00:00:00." + std::string(5000, '0') + "1Z"), (Timestamp{0, 0}));
}

TEST(TimeTextTest, FormatsTimestamps) {
  EXPECT_EQ(FormatTimestamp({0, 0}), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatTimestamp({1769903999, 500'000'000}), "2026-01-31T23:59:59.5Z");
  EXPECT_EQ(FormatTimestamp({1769903999, 1}), "2026-01-31T23:59:59.000000001Z");
  EXPECT_EQ(FormatTimestamp({1769903999, 120'000}), "2026-01-31T23:59:59.00012Z");
  EXPECT_EQ(FormatTimestamp({-1, 250'000'000}), "1969-12-31T23:59:59.25Z");
  EXPECT_EQ(FormatTimestamp({kTimestampSecondsMin, 0}), "0001-01-01T00:00:00Z");
  EXPECT_EQ(FormatTimestamp({kTimestampSecondsMax, 999'999'999}), "9999-12-31T23:59:59.999999999Z");
}

// What the C library makes of the same moment.
std::string FormatByStrftime(int64_t seconds) {
  const time_t time = seconds;
  tm parts{};
  gmtime_r(&time, &parts);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", parts.tm_year + 1900, parts.tm_mon + 1,
                parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return text;
}

TEST(TimeTextTest, TimestampsReadBackAsTheyWere) {
  constexpr uint64_t kSeed = 20260116;
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  std::uniform_int_distribution<int64_t> seconds(kTimestampSecondsMin, kTimestampSecondsMax);
  for (int i = 0; i < 50'000; ++i) {
    uint32_t nanos = static_cast<uint32_t>(random() % kNanosPerSecond);
    for (size_t zeros = random() % 10; zeros > 0; --zeros) nanos = nanos / 10 * 10;
    const Timestamp time{seconds(random), i % 4 == 0 ? 0 : nanos};
    const std::string text = FormatTimestamp(time);
    ASSERT_EQ(ParseTimestamp(text), time) << text;
    if (time.nanos == 0) {
      ASSERT_EQ(text, FormatByStrftime(time.seconds));
    }
  }
}

struct GoodDuration {
  std::string_view text;
  int64_t nanos;
};

constexpr GoodDuration kGoodDurations[] = {
    {"0", 0},
    {"-0", 0},
    {"+0", 0},
    {"0s", 0},
    {"-0s", 0},
    {"1ns", 1},
    {"1us", 1'000},
    {"1\u00B5s", 1'000},
    {"1\u03BCs", 1'000},
    {"1ms", 1'000'000},
    {"1s", 1'000'000'000},
    {"1m", 60'000'000'000},
    {"1h", 3'600'000'000'000},
    {"+1s", 1'000'000'000},
    {"-1s", -1'000'000'000},
    {"-1.5s", -1'500'000'000},
    {"1h30m", 5'400'000'000'000},
    {"-1h30m", -5'400'000'000'000},
    {"1h1m1s1ms1us1ns", 3'661'001'001'001},
    {"30m1h", 5'400'000'000'000},
    {"1m1m", 120'000'000'000},
    {".5s", 500'000'000},
    {"1.s", 1'000'000'000},
    {"-.5m", -30'000'000'000},
    {"0.5ns", 0},
    {"1.9ns", 1},
    {"0.000000001s", 1},
    {"0.0000000019s", 1},
    {"1.5h", 5'400'000'000'000},
    {"0.1h", 360'000'000'000},
    {"2562047h47m16.854775807s", INT64_MAX},
    {"-2562047h47m16.854775808s", INT64_MIN},
    {"9223372036854775807ns", INT64_MAX},
    {"-9223372036854775808ns", INT64_MIN},
    {"9223372036.854775807s", INT64_MAX},
    {"00000000000000000000000000000000000001s", 1'000'000'000},
    {"0.00000000000000000000000000000000000001s", 0},
    {"1.000000000000000000000000000000000000009s", 1'000'000'000},
    {"0.999999999999999999999999999999999999999999999999999999999999s", 999'999'999},
};

TEST(TimeTextTest, ParsesDurations) {
  for (const GoodDuration& good : kGoodDurations) EXPECT_EQ(ParseDuration(good.text), good.nanos) << good.text;
}

constexpr std::string_view kBadDurations[] = {
    "",
    "+",
    "-",
    "1",
    "1.5",
    "s",
    "-s",
    ".s",
    ".",
    "-.s",
    "1..5s",
    "1.5.s",
    "1 s",
    " 1s",
    "1s ",
    "1S",
    "1H",
    "1d",
    "1w",
    "1y",
    "1sec",
    "1min",
    "1hr",
    "1e3s",
    "0x1s",
    "--1s",
    "+-1s",
    "1h-30m",
    "1h+30m",
    "1h 30m",
    "h1",
    "00",
    "0.0",
    "1s1",
    "1\xC2s",
    "1\xB5s",
    "1\u00B5",
    "inf",
    "NaN",
    "1_000s",
    "1,5s",
    "-1h-1m",
    "1ss",
    "1msms",
    // Beyond 64 bits of nanoseconds.
    "9223372036854775808ns",
    "-9223372036854775809ns",
    "9223372036.854775808s",
    "2562048h",
    "-2562048h",
    "2562047h47m16.854775808s",
    "2562047h2562047h",
    "-2562047h47m16.854775809s",
    "99999999999999999999ns",
    "170141183460469231731687303715884105728ns",
    "9999999999999999999999999999999999999999999h",
};

TEST(TimeTextTest, RefusesWhatIsNoDuration) {
  for (const std::string_view text : kBadDurations) EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
}

TEST(TimeTextTest, RefusesLongSumsBeyondTheRange) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "2562047h";
  EXPECT_EQ(ParseDuration(text), std::nullopt);
  EXPECT_EQ(ParseDuration("-" + text), std::nullopt);
}

TEST(TimeTextTest, FormatsDurations) {
  EXPECT_EQ(FormatDuration(0), "0s");
  EXPECT_EQ(FormatDuration(1), "0.000000001s");
  EXPECT_EQ(FormatDuration(-1), "-0.000000001s");
  EXPECT_EQ(FormatDuration(1'500'000'000), "1.5s");
  EXPECT_EQ(FormatDuration(-500'000'000), "-0.5s");
  EXPECT_EQ(FormatDuration(90'000'000'000), "90s");
  EXPECT_EQ(FormatDuration(INT64_MAX), "9223372036.854775807s");
  EXPECT_EQ(FormatDuration(INT64_MIN), "-9223372036.854775808s");
}

TEST(TimeTextTest, DurationsReadBackAsTheyWere) {
  constexpr uint64_t kSeed = 20260117;
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 50'000; ++i) {
    const int64_t nanos = static_cast<int64_t>(random()) >> (random() % 64);
    ASSERT_EQ(ParseDuration(FormatDuration(nanos)), nanos) << FormatDuration(nanos);
    const int64_t seconds = nanos / kNanosPerSecond * kNanosPerSecond;
    ASSERT_EQ(ParseDuration(FormatDuration(seconds)), seconds) << FormatDuration(seconds);
  }
}

}  // namespace
}  // namespace penstock
