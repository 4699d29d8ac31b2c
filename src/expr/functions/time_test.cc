#include "expr/functions/time.h"

#include <gtest/gtest.h>

#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

constexpr std::string_view kEvent =
    R"({"t": "2009-02-13T23:31:30.123456789Z", "zone": "Europe/Berlin", "bad": "Mars"})";

std::string Part(std::string_view call) { return Evaluate("timestamp(event.t)." + std::string(call), kEvent); }

TEST(TimeTest, TakesTimestampsApart) {
  EXPECT_EQ(Part("getFullYear()"), "2009");
  EXPECT_EQ(Part("getMonth()"), "1");
  EXPECT_EQ(Part("getDate()"), "13");
  EXPECT_EQ(Part("getDayOfMonth()"), "12");
  EXPECT_EQ(Part("getDayOfWeek()"), "5");
  EXPECT_EQ(Part("getDayOfYear()"), "43");
  EXPECT_EQ(Part("getHours()"), "23");
  EXPECT_EQ(Part("getMinutes()"), "31");
  EXPECT_EQ(Part("getSeconds()"), "30");
  EXPECT_EQ(Part("getMilliseconds()"), "123");
}

TEST(TimeTest, TakesTimestampsApartInAZone) {
  EXPECT_EQ(Part("getHours('UTC')"), "23");
  EXPECT_EQ(Part("getDate('+02:00')"), "14");
  EXPECT_EQ(Part("getHours('-09:30')"), "14");
  EXPECT_EQ(Part("getMinutes('-09:30')"), "1");
  EXPECT_EQ(Part("getHours('Europe/Berlin')"), "0");
  EXPECT_EQ(Part("getHours(event.zone)"), "0");
  EXPECT_EQ(Part("getDayOfWeek('Australia/Sydney')"), "6");
}

TEST(TimeTest, RefusesZonesThatDoNotExist) {
  EXPECT_EQ(Part("getHours(event.bad)"), "error: there is no such time zone");
  EXPECT_EQ(CompileError("timestamp(0).getHours('Mars/Base')"),
            "1:14: there is no time zone 'Mars/Base'; write UTC, an offset such as +02:00, or a name such as "
            "Europe/Berlin\n"
            "  timestamp(0).getHours('Mars/Base')\n"
            "               ^");
  EXPECT_NE(CompileError("timestamp(0).getHours('/etc/passwd')"), "");
  EXPECT_NE(CompileError("timestamp(0).getHours('../x')"), "");
}

TEST(TimeTest, CountsDurationsInWholeUnits) {
  EXPECT_EQ(Evaluate("duration('3h59m59.999s').getHours()"), "3");
  EXPECT_EQ(Evaluate("duration('3h59m59.999s').getMinutes()"), "239");
  EXPECT_EQ(Evaluate("duration('3h59m59.999s').getSeconds()"), "14399");
  EXPECT_EQ(Evaluate("duration('3h59m59.999s').getMilliseconds()"), "999");
  EXPECT_EQ(Evaluate("duration('-1.5s').getSeconds()"), "-1");
  EXPECT_EQ(Evaluate("duration('1s').getFullYear()"),
            "invalid: 1:16: 'getFullYear' does not take (duration); it takes (timestamp) or (timestamp, string)\n"
            "  duration('1s').getFullYear()\n                 ^");
}

TEST(TimeTest, ComputesWithTimes) {
  EXPECT_EQ(Evaluate("timestamp('2026-03-01T00:00:00Z') - duration('24h')"), R"("2026-02-28T00:00:00Z")");
  EXPECT_EQ(Evaluate("timestamp(100) - timestamp(40)"), R"("60s")");
  EXPECT_EQ(Evaluate("duration('1m') + timestamp(0)"), R"("1970-01-01T00:01:00Z")");
  EXPECT_EQ(Evaluate("timestamp(0) < timestamp(1) && duration('1s') < duration('1m')"), "true");
  EXPECT_EQ(Evaluate("timestamp('9999-12-31T23:59:59Z') + duration('1s')"),
            "error: timestamp or duration out of range");
  EXPECT_EQ(Evaluate("timestamp('0001-01-01T00:00:00Z') - duration('1ns')"),
            "error: timestamp or duration out of range");
  EXPECT_EQ(Evaluate("timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')"),
            "error: timestamp or duration out of range");
}

TEST(TimeTest, HoldsAtTheEndsOfTime) {
  EXPECT_EQ(Evaluate("timestamp('0001-01-01T00:00:00Z').getDayOfWeek()"), "1");
  EXPECT_EQ(Evaluate("timestamp('0001-01-01T00:00:00Z').getFullYear('-23:59')"), "0");
  EXPECT_EQ(Evaluate("timestamp('9999-12-31T23:59:59Z').getFullYear('+00:01')"), "10000");
  EXPECT_EQ(Evaluate("timestamp('2024-12-31T00:00:00Z').getDayOfYear()"), "365");
}

}  // namespace
}  // namespace penstock::expr
