#include "admin/process_stats.h"

#include <gtest/gtest.h>

#include <ctime>

namespace penstock {
namespace {

TEST(ProcessStats, AreThoseOfThisProcess) {
  const ProcessStats stats = ReadProcessStats();
  ASSERT_TRUE(stats.cpu_seconds && stats.resident_memory_bytes && stats.start_time_seconds);
  EXPECT_GT(*stats.cpu_seconds, 0);
  EXPECT_GT(*stats.resident_memory_bytes, 1 << 20);
  const auto now = static_cast<double>(std::time(nullptr));
  EXPECT_LE(*stats.start_time_seconds, now + 2);  // the boot time has whole seconds
  EXPECT_GT(*stats.start_time_seconds, now - 3600);
}

TEST(ProcessStats, CountProcessorTimeOn) {
  const double before = *ReadProcessStats().cpu_seconds;
  double after = before;
  while (after == before) after = *ReadProcessStats().cpu_seconds;
  EXPECT_GT(after, before);
}

}  // namespace
}  // namespace penstock
