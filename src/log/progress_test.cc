#include "log/progress.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <set>

namespace penstock {
namespace {

TEST(Progress, MovesItsPositionWhenWorkIsDoneInOrder) {
  Progress progress(5);
  progress.Add(5, 8);
  progress.Add(8, 9);
  EXPECT_EQ(progress.position(), 9);
  EXPECT_TRUE(progress.ranges().empty());
}

TEST(Progress, KeepsRangesAboveAHole) {
  Progress progress;
  progress.Add(3, 5);
  progress.Add(7, 8);
  EXPECT_EQ(progress.position(), 0);
  EXPECT_EQ(progress.EncodeRanges(), "3+2 7+1");
  progress.Add(0, 3);
  EXPECT_EQ(progress.position(), 5);
  EXPECT_EQ(progress.EncodeRanges(), "7+1");
  progress.Add(5, 7);
  EXPECT_EQ(progress.position(), 8);
  EXPECT_EQ(progress.EncodeRanges(), "");
}

TEST(Progress, RefusesRangesThatAreNone) {
  for (const char* text :
       {"x", "1", "1+", "1+0", "1+-2", "-1+2", "1+2,3+4", "1+2  5+1", "1+2 ", "1+9223372036854775807"})
    EXPECT_FALSE(Progress::Decode(0, text)) << text;
}

TEST(Progress, AgreesWithASetOfOffsets) {
  for (uint32_t seed = 0; seed < 200; ++seed) {
    std::mt19937 random(seed);
    Progress progress(10);
    std::set<int64_t> done;
    for (int64_t i = 0; i < 10; ++i) done.insert(i);
    for (int step = 0; step < 40; ++step) {
      const int64_t begin = random() % 100;
      const int64_t end = begin + random() % 10;
      progress.Add(begin, end);
      for (int64_t i = begin; i < end; ++i) done.insert(i);
      for (int64_t i = 0; i < 120; ++i) ASSERT_EQ(progress.Contains(i), done.contains(i)) << "seed " << seed;
      ASSERT_FALSE(progress.Contains(progress.position()));
      const Result<Progress> read = Progress::Decode(progress.position(), progress.EncodeRanges());
      ASSERT_TRUE(read);
      ASSERT_EQ(*read, progress) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace penstock
