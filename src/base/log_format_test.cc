#include "base/log_format.h"

#include <gtest/gtest.h>

#include <limits>
#include <type_traits>
#include <vector>

namespace penstock {
namespace {

using namespace std::chrono_literals;

static_assert(std::is_constructible_v<LogField, const char*, std::string>);
static_assert(!std::is_constructible_v<LogField, const char*, const int*>, "or it would be a truth value");
static_assert(!std::is_constructible_v<LogField, const char*, char>, "or it would be a number");

const WallTime kTime = std::chrono::sys_days(2026y / 11 / 21) + 7h + 42min + 123ms;

class Line {
 public:
  explicit Line(std::string_view message, std::vector<LogField> fields = {}, LogLevel level = LogLevel::kInfo)
      : message_(message), fields_(std::move(fields)), level_(level) {}

  std::string Format(LogFormat format, const Redactor& redactor) const {
    return FormatLogLine(format, kTime, level_, message_, fields_, redactor);
  }
  // What follows the time and the level, without the newline.
  std::string Text(const Redactor& redactor = {}) const {
    return Rest(LogFormat::kText, redactor, "2026-11-21T07:42:00.123Z INFO ");
  }
  std::string Json(const Redactor& redactor = {}) const {
    return Rest(LogFormat::kJson, redactor, R"({"ts":"2026-11-21T07:42:00.123Z","level":"info",)");
  }

 private:
  std::string Rest(LogFormat format, const Redactor& redactor, std::string_view start) const {
    const std::string line = Format(format, redactor);
    EXPECT_TRUE(line.starts_with(start)) << line;
    EXPECT_TRUE(line.ends_with('\n')) << line;
    return line.substr(start.size(), line.size() - start.size() - 1);
  }

  std::string_view message_;
  std::vector<LogField> fields_;
  LogLevel level_;
};

TEST(LogFormatTest, WritesTimeLevelMessageAndFields) {
  const Line line("partition assigned", {{"topic", "raw events"}, {"partition", 3}}, LogLevel::kWarn);
  const Redactor redactor;
  EXPECT_EQ(line.Format(LogFormat::kText, redactor),
            "2026-11-21T07:42:00.123Z WARN partition assigned topic=\"raw events\" partition=3\n");
  EXPECT_EQ(line.Format(LogFormat::kJson, redactor),
            "{\"ts\":\"2026-11-21T07:42:00.123Z\",\"level\":\"warn\",\"msg\":\"partition assigned\","
            "\"topic\":\"raw events\",\"partition\":3}\n");
}

TEST(LogFormatTest, NamesEachLevel) {
  std::string text;
  for (const LogLevel level : {LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarn, LogLevel::kError})
    text += FormatLogLine(LogFormat::kText, kTime, level, "x", {}, Redactor()).substr(25);
  EXPECT_EQ(text, "DEBUG x\nINFO x\nWARN x\nERROR x\n");
}

TEST(LogFormatTest, KeepsTheKindOfEachValue) {
  const std::string text = "t";
  const uint64_t large = std::numeric_limits<uint64_t>::max();
  const Line line("m", {{"a", text}, {"b", int64_t{-1}}, {"c", large}, {"d", 0.5}, {"e", true}, {"f", short{2}}});
  EXPECT_EQ(line.Text(), "m a=t b=-1 c=18446744073709551615 d=0.5 e=true f=2");
  EXPECT_EQ(line.Json(), R"("msg":"m","a":"t","b":-1,"c":18446744073709551615,"d":0.5,"e":true,"f":2})");
}

TEST(LogFormatTest, WritesNumbersThatJsonLacksAsStrings) {
  const double infinity = std::numeric_limits<double>::infinity();
  const Line line("m", {{"a", infinity}, {"b", -infinity}, {"c", std::numeric_limits<double>::quiet_NaN()}});
  EXPECT_EQ(line.Text(), "m a=Infinity b=-Infinity c=NaN");
  EXPECT_EQ(line.Json(), R"("msg":"m","a":"Infinity","b":"-Infinity","c":"NaN"})");
}

TEST(LogFormatTest, QuotesWhatNeedsIt) {
  const Line line("m", {{"a", ""}, {"b", "x=y"}, {"c", "say \"no\""}, {"d", R"(C:\dir)"}});
  EXPECT_EQ(line.Text(), R"(m a="" b="x=y" c="say \"no\"" d=C:\dir)");
  EXPECT_EQ(Line(R"(no topic "x" in C:\dir)").Text(), R"(no topic "x" in C:\dir)");
  EXPECT_EQ(Line("").Text(), R"("")");
}

TEST(LogFormatTest, NothingForgesALine) {
  constexpr std::string_view kForged = "x\n2026-11-21T07:42:00.123Z ERROR disk full";
  const Line line(kForged, {{"path", kForged}, {"a\nb", 1}});
  EXPECT_EQ(
      line.Text(),
      R"("x\n2026-11-21T07:42:00.123Z ERROR disk full" path="x\n2026-11-21T07:42:00.123Z ERROR disk full" a_b=1)");
  EXPECT_EQ(line.Json().find('\n'), std::string::npos);
}

TEST(LogFormatTest, NothingForgesAField) {
  EXPECT_EQ(Line("login failed user=root").Text(), R"("login failed user=root")");
  EXPECT_EQ(Line(R"("quoted")").Text(), R"("\"quoted\"")");
  const Line line("m", {{"user", "x admin=true"}, {"a=1 b", 2}, {"", 3}});
  EXPECT_EQ(line.Text(), R"(m user="x admin=true" a_1_b=2 _=3)");
  EXPECT_EQ(Line("m", {{"user", R"(x","admin":"true)"}}).Json(), R"("msg":"m","user":"x\",\"admin\":\"true"})");
}

TEST(LogFormatTest, NothingReachesTheTerminal) {
  const Line line("\x1B[2J", {{"a", "\xC2\x9B"}, {"b", "\xE2\x80\xAE"}, {"c", "\xFF"}});
  EXPECT_EQ(line.Text(), R"("\u001b[2J" a="\u009b" b="\u202e" c="\ufffd")");
}

TEST(LogFormatTest, LeavesPrintableUnicode) {
  EXPECT_EQ(Line("gr\xC3\xBCn", {{"a", "\xE2\x82\xAC"}}).Text(), "gr\xC3\xBCn a=\xE2\x82\xAC");
}

TEST(LogFormatTest, RedactsMessageNamesAndValues) {
  Redactor redactor;
  redactor.Add("pa\"ss");
  const Line line(R"(sent {"key":"pa\"ss"})", {{"header", "Bearer pa\"ss"}, {"pa\"ss", 1}});
  EXPECT_EQ(line.Text(redactor), R"(sent {"key":"***"} header="Bearer ***" ***=1)");
  EXPECT_EQ(line.Json(redactor), R"("msg":"sent {\"key\":\"***\"}","header":"Bearer ***","***":1})");
}

TEST(LogFormatTest, RedactsNumbers) {
  Redactor redactor;
  redactor.Add("4711");
  const Line line("m", {{"pin", 4711}, {"other", 1}});
  EXPECT_EQ(line.Text(redactor), "m pin=*** other=1");
  EXPECT_EQ(line.Json(redactor), R"("msg":"m","pin":"***","other":1})");
}

TEST(LogFormatTest, RedactsNothingOfTheLineItself) {
  Redactor redactor;
  for (const std::string_view secret : {"INFO", "info", "msg", "2026", "\"", ":"}) redactor.Add(secret);
  EXPECT_EQ(Line("m").Text(redactor), "m");
  EXPECT_EQ(Line("m").Json(redactor), R"("msg":"m"})");
}

TEST(LogFieldTest, SecretIsNeverShown) {
  const Line line("connected", {LogField::Secret("password", "hunter2")});
  EXPECT_EQ(line.Text(), "connected password=***");
  EXPECT_EQ(line.Json(), R"("msg":"connected","password":"***"})");
}

}  // namespace
}  // namespace penstock
