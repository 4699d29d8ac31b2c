#include "expr/functions/time_zone.h"

#include <gtest/gtest.h>

namespace penstock::expr {
namespace {

TEST(TimeZoneTest, KnowsOffsets) {
  EXPECT_EQ(TimeZone::Find("+02:00")->At(0).hour, 2);
  EXPECT_EQ(TimeZone::Find("02:00")->At(0).hour, 2);
  EXPECT_EQ(TimeZone::Find("-09:30")->At(0).hour, 14);
  EXPECT_EQ(TimeZone::Find("+23:59")->At(0).minute, 59);
  EXPECT_EQ(TimeZone::Find("-00:00")->At(0).hour, 0);
}

TEST(TimeZoneTest, KnowsTheDatabase) {
  const std::unique_ptr<const TimeZone> berlin = TimeZone::Find("Europe/Berlin");
  ASSERT_NE(berlin, nullptr);
  EXPECT_EQ(berlin->At(1'768'478'400).hour, 13);  // 2026-01-15T12:00:00Z
  EXPECT_EQ(berlin->At(1'784'116'800).hour, 14);  // 2026-07-15T12:00:00Z
  EXPECT_NE(TimeZone::Find("UTC"), nullptr);
  EXPECT_NE(TimeZone::Find("Etc/GMT+5"), nullptr);
}

TEST(TimeZoneTest, FillsInTheCalendar) {
  const CivilTime civil = TimeZone::Utc().At(1'735'689'599);  // 2024-12-31T23:59:59Z
  EXPECT_EQ(civil.year, 2024);
  EXPECT_EQ(civil.month, 12);
  EXPECT_EQ(civil.day, 31);
  EXPECT_EQ(civil.hour, 23);
  EXPECT_EQ(civil.minute, 59);
  EXPECT_EQ(civil.second, 59);
  EXPECT_EQ(civil.day_of_week, 2);
  EXPECT_EQ(civil.day_of_year, 366);
}

// Names reach the file system: nothing outside the database may be opened.
TEST(TimeZoneTest, RefusesWhatIsNoName) {
  for (const std::string_view name : {"",
                                      "Mars/Base",
                                      "/etc/passwd",
                                      "../x",
                                      "..",
                                      ".",
                                      "Europe/../UTC",
                                      "Europe",
                                      "Europe/",
                                      "/Europe/Berlin",
                                      "file:/etc/passwd",
                                      "libc:localtime",
                                      "localtime:x",
                                      "Europe/Berlin ",
                                      " UTC",
                                      "+2:00",
                                      "+24:00",
                                      "+02:60",
                                      "2:00",
                                      "+02",
                                      "+0200",
                                      "++02:00",
                                      "iso3166.tab",
                                      "zone.tab",
                                      "tzdata.zi",
                                      "leapseconds"})
    EXPECT_EQ(TimeZone::Find(name), nullptr) << name;
  EXPECT_EQ(TimeZone::Find(std::string(1000, 'A')), nullptr);
  EXPECT_EQ(TimeZone::Find(std::string_view("UTC\0x", 5)), nullptr);
}

}  // namespace
}  // namespace penstock::expr
