#include "model/call/outliers.h"

#include <gtest/gtest.h>

#include <vector>

namespace penstock::call {
namespace {

using Tallies = std::vector<Tally>;

TEST(Outliers, FindsWhatIsFarBelowTheOthers) {
  EXPECT_EQ(FindOutlier(Tallies{{20, 0}, {10, 10}}), 1);
  EXPECT_EQ(FindOutlier(Tallies{{50, 50}, {99, 1}, {98, 2}, {100, 0}, {97, 3}}), 0);
}

TEST(Outliers, FindsTheWorst) {
  EXPECT_EQ(FindOutlier(Tallies{{10, 10}, {100, 0}, {100, 0}, {100, 0}, {100, 0}, {100, 0}, {9, 11}, {100, 0}}), 6);
}

TEST(Outliers, FindsNothingWhereAllAreAlike) {
  EXPECT_EQ(FindOutlier(Tallies{}), std::nullopt);
  EXPECT_EQ(FindOutlier(Tallies{{0, 100}}), std::nullopt);
  EXPECT_EQ(FindOutlier(Tallies{{1, 99}, {2, 98}, {0, 100}}), std::nullopt);
  EXPECT_EQ(FindOutlier(Tallies{{80, 20}, {100, 0}}), std::nullopt);
  // The others differ as much among themselves.
  EXPECT_EQ(FindOutlier(Tallies{{40, 60}, {100, 0}, {50, 50}, {95, 5}, {60, 40}}), std::nullopt);
}

TEST(Outliers, JudgesNothingByAFewAttempts) {
  EXPECT_EQ(FindOutlier(Tallies{{100, 0}, {0, 19}}), std::nullopt);
  EXPECT_EQ(FindOutlier(Tallies{{19, 0}, {0, 100}}), std::nullopt);
}

}  // namespace
}  // namespace penstock::call
