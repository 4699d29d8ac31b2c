#include "config/units.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

TEST(Units, ReadDurations) {
  EXPECT_EQ(ParsePositiveDuration("100ms"), Duration(milliseconds(100)));
  EXPECT_EQ(ParsePositiveDuration("1h30m"), Duration(minutes(90)));
  EXPECT_EQ(ParsePositiveDuration("7d"), Duration(hours(168)));
  EXPECT_EQ(ParsePositiveDuration("1d12h"), Duration(hours(36)));
  EXPECT_EQ(ParsePositiveDuration("0"), Duration(0));
  for (const char* text : {"", "fast", "-1s", "10", "1y", "d", "99999999999999d", "1dd"})
    EXPECT_FALSE(ParsePositiveDuration(text)) << text;
}

TEST(Units, ReadSizes) {
  EXPECT_EQ(ParseByteSize("512"), 512);
  EXPECT_EQ(ParseByteSize("64KiB"), 65'536);
  EXPECT_EQ(ParseByteSize("1 GB"), 1'000'000'000);
  EXPECT_EQ(ParseByteSize("3B"), 3);
  for (const char* text : {"", "-1", "1.5KiB", "KiB", "99999999999TiB", "1kib"})
    EXPECT_FALSE(ParseByteSize(text)) << text;
}

TEST(Units, ReadShares) {
  EXPECT_EQ(ParseShare("10%"), 0.1);
  EXPECT_EQ(ParseShare("0.5 %"), 0.005);
  EXPECT_EQ(ParseShare("0.25"), 0.25);
  EXPECT_EQ(ParseShare("100%"), 1.0);
  for (const char* text : {"", "%", "101%", "-1%", "1.1", "x"}) EXPECT_FALSE(ParseShare(text)) << text;
}

TEST(Units, ReadNumbers) {
  EXPECT_EQ(ParseNumber("-1.5e3"), -1500.0);
  EXPECT_EQ(ParseNumber("+2"), 2.0);
  for (const char* text : {"", "nan", "inf", "1x", "0x10"}) EXPECT_FALSE(ParseNumber(text)) << text;
  EXPECT_EQ(ParseCount("42"), 42);
  for (const char* text : {"", "-1", "-0", "1.0", "99999999999999999999"}) EXPECT_FALSE(ParseCount(text)) << text;
}

}  // namespace
}  // namespace penstock
