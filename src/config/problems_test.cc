#include "config/problems.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

TEST(Problems, AreToldInTheOrderOfTheirPlaces) {
  Problems problems("dir/f.yaml", "a: 1\nbü: 2\n");
  problems.Add(10, "second");
  problems.Add(0, "first");
  problems.Warn(10, "third");
  EXPECT_EQ(problems.Text(),
            "dir/f.yaml:1:1: first\n  a: 1\n  ^\n"
            "dir/f.yaml:2:5: second\n  bü: 2\n      ^\n"
            "dir/f.yaml:2:5: warning: third\n  bü: 2\n      ^\n");
  EXPECT_EQ(problems.count(), 3U);
}

TEST(Problems, WarningsAreNoErrors) {
  Problems problems("f", "a");
  EXPECT_FALSE(problems.has_errors());
  EXPECT_EQ(problems.Text(), "");
  problems.Warn(0, "hm");
  EXPECT_FALSE(problems.has_errors());
  problems.Add(0, "no");
  EXPECT_TRUE(problems.has_errors());
}

TEST(Problems, APlaceBeyondTheTextIsItsEnd) {
  Problems problems("f", "a");
  problems.Add(99, "what");
  EXPECT_EQ(problems.Text(), "f:1:2: what\n  a\n   ^\n");
}

// A secret that stands in the file by mistake is in the file's line too.
TEST(Problems, ShowNothingOfAHiddenLine) {
  Problems problems("f", "a: 1\nb: { key: hunter2, x: 1 }\nc: 3\n");
  problems.HideLine(15);
  problems.Add(15, "no secret");
  problems.Add(24, "unknown option 'x'");
  problems.Add(31, "shown");
  EXPECT_EQ(problems.Text(),
            "f:2:11: no secret\n"
            "f:2:20: unknown option 'x'\n"
            "f:3:1: shown\n  c: 3\n  ^\n");
}

}  // namespace
}  // namespace penstock
