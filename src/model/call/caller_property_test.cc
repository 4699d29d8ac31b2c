// What holds whatever happens. PENSTOCK_SCHEDULES says how many schedules are tried, PENSTOCK_SCHEDULE from which on.
#include "model/call/caller_property.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

namespace penstock::call {
namespace {

constexpr uint64_t kSchedules = 100'000;
// With sanitizers, a schedule takes as long as so many without.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr uint64_t kShare = 20;
#else
constexpr uint64_t kShare = 1;
#endif
constexpr int kFailuresMax = 3;  // that are shown

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// In parts, which run at the same time.
class CallerProperty : public testing::TestWithParam<uint64_t> {};
constexpr uint64_t kParts = 4;

TEST_P(CallerProperty, HoldsInEverySchedule) {
  const uint64_t first = FromEnvironment("PENSTOCK_SCHEDULE", 1);
  const uint64_t count = std::max<uint64_t>(FromEnvironment("PENSTOCK_SCHEDULES", kSchedules) / kShare, 1);
  int failures = 0;
  for (uint64_t seed = first + GetParam(); seed < first + count && failures < kFailuresMax; seed += kParts) {
    const std::string broken = Schedule(seed).Run();
    if (broken.empty()) continue;
    ++failures;
    ADD_FAILURE() << broken << "\nShow it alone: PENSTOCK_SCHEDULE=" << seed << " PENSTOCK_SCHEDULES=1";
  }
}

INSTANTIATE_TEST_SUITE_P(Part, CallerProperty, testing::Range(uint64_t{0}, kParts));

// What never comes about is not tested.
TEST(CallerPropertyTest, ReachesWhatItIsFor) {
  std::map<std::string, uint64_t> seen;
  for (uint64_t seed = 1; seed <= 300; ++seed) {
    Schedule schedule(seed);
    EXPECT_EQ(schedule.Run(), "");
    for (const auto& [what, count] : schedule.seen) seen[what] += count;
  }
  for (const char* const what : {"result 0", "result 1", "result 2", "result 3", "result 4", "cancelled", "moved",
                                 "destroyed", "hangs", "late", "closed by the provider"})
    EXPECT_GE(seen[what], 10U) << what;
}

TEST(CallerPropertyTest, IsTheSameForTheSameSeed) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Schedule one(seed);
    Schedule other(seed);
    one.Run();
    other.Run();
    EXPECT_EQ(one.seen, other.seen);
  }
}

}  // namespace
}  // namespace penstock::call
