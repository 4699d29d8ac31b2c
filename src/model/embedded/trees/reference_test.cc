#include "model/embedded/trees/reference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "model/embedded/trees/sample_ensemble.h"

namespace penstock::trees {
namespace {

using testing::ElementsAre;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Whether a value goes the way of yes.
bool IsYes(const Ensemble& ensemble, double value) { return Margin(ensemble, {&value, 1})[0] == 1; }

TEST(Reference, Compares) {
  for (const double value : {0.25, 0.5, 0.75, -0.0, kInfinity, -kInfinity}) {
    EXPECT_EQ(IsYes(OneSplit(trees::Test::kLess, 0.5), value), value < 0.5);
    EXPECT_EQ(IsYes(OneSplit(trees::Test::kLessEqual, 0.5), value), value <= 0.5);
    EXPECT_EQ(IsYes(OneSplit(trees::Test::kGreater, 0.5), value), value > 0.5);
    EXPECT_EQ(IsYes(OneSplit(trees::Test::kGreaterEqual, 0.5), value), value >= 0.5);
    EXPECT_EQ(IsYes(OneSplit(trees::Test::kEqual, 0.5), value), value == 0.5);
    EXPECT_EQ(IsYes(OneSplit(trees::Test::kNotEqual, 0.5), value), value != 0.5);
  }
}

TEST(Reference, LooksIntoSets) {
  Ensemble ensemble = OneSplit(trees::Test::kInSet, 0);
  ensemble.sets = {{1U | 1U << 3, 1}};
  for (const trees::Test test : {trees::Test::kInSet, trees::Test::kInSetFrom0, trees::Test::kWholeInSet}) {
    ensemble.nodes[0].test = test;
    for (const double in : {0.0, -0.0, 3.0, 64.0}) EXPECT_TRUE(IsYes(ensemble, in)) << in;
    for (const double out : {1.0, 63.0, 65.0, 128.0, -1.0, 1e300, kInfinity, -kInfinity, kNaN})
      EXPECT_FALSE(IsYes(ensemble, out)) << out;
    EXPECT_EQ(IsYes(ensemble, 3.5), test != trees::Test::kWholeInSet);
    EXPECT_EQ(IsYes(ensemble, -0.5), test == trees::Test::kInSet);
  }
}

TEST(Reference, TakesTheDefaultDirectionOfWhatIsMissing) {
  Ensemble ensemble = OneSplit(trees::Test::kLess, -1);
  ensemble.nodes[0].missing_is_yes = true;
  EXPECT_TRUE(IsYes(ensemble, kNaN));
  EXPECT_FALSE(IsYes(ensemble, 0));
  ensemble.nodes[0].missing = Missing::kZeroOrNaN;
  for (const double zero : {0.0, -0.0, 1e-36, -1e-36, kNaN}) EXPECT_TRUE(IsYes(ensemble, zero)) << zero;
  EXPECT_FALSE(IsYes(ensemble, 1e-34));
  ensemble.nodes[0].missing = Missing::kNone;
  EXPECT_FALSE(IsYes(ensemble, kNaN));
  ensemble.nodes[0].threshold = 1;
  EXPECT_TRUE(IsYes(ensemble, kNaN));
}

TEST(Reference, RoundsFeaturesAndSums) {
  Ensemble ensemble = OneSplit(trees::Test::kLess, static_cast<double>(0.1F));
  EXPECT_FALSE(IsYes(ensemble, 0.1));  // as a float it is the threshold
  ensemble.features_are_float = false;
  EXPECT_TRUE(IsYes(ensemble, 0.1));
  ensemble.base = {static_cast<double>(1 << 24)};
  EXPECT_THAT(Margin(ensemble, std::vector<double>{0}), ElementsAre(1 << 24));
  ensemble.sums_are_float = false;
  EXPECT_THAT(Margin(ensemble, std::vector<double>{0}), ElementsAre((1 << 24) + 1));
}

TEST(Reference, Aggregates) {
  Ensemble ensemble;
  ensemble.features = 1;
  ensemble.targets = 3;
  ensemble.base = {10, 20, 30};
  ensemble.roots = {AddLeaf(ensemble, {{0, 1}, {1, 5}}), AddLeaf(ensemble, {{0, 3}})};
  const std::vector<double> row = {0};
  EXPECT_THAT(Margin(ensemble, row), ElementsAre(14, 25, 30));
  ensemble.aggregate = Aggregate::kAverage;
  EXPECT_THAT(Margin(ensemble, row), ElementsAre(12, 22.5, 30));
  ensemble.aggregate = Aggregate::kMin;
  EXPECT_THAT(Margin(ensemble, row), ElementsAre(11, 25, 30));
  ensemble.aggregate = Aggregate::kMax;
  EXPECT_THAT(Margin(ensemble, row), ElementsAre(13, 25, 30));
}

}  // namespace
}  // namespace penstock::trees
