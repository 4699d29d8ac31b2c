#include "model/embedded/trees/link.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace penstock::trees {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

std::vector<double> Applied(const LinkFunction& link, const std::vector<double>& margin) {
  std::vector<double> prediction(link.size(margin.size()));
  link.Apply(margin, prediction);
  return prediction;
}

TEST(Link, MapsNumberByNumber) {
  for (const bool is_float : {false, true}) {
    const auto map = [is_float](Link link, double x) { return Applied({link, 1, is_float}, {x})[0]; };
    EXPECT_EQ(map(Link::kNone, -2.5), -2.5);
    EXPECT_NEAR(map(Link::kLogistic, 1), 1 / (1 + std::exp(-1)), 1e-7);
    EXPECT_NEAR(map(Link::kLogistic, -1000), 0, 1e-30);
    EXPECT_EQ(map(Link::kLogistic, 1000), 1);
    EXPECT_NEAR(map(Link::kExp, 0.5), std::exp(0.5), 1e-6);
    EXPECT_NEAR(map(Link::kProbit, 0.975), 1.96, 0.01);
    EXPECT_NEAR(map(Link::kProbit, 0.025), -1.96, 0.01);
    EXPECT_EQ(map(Link::kSign, 0.5), 1);
    EXPECT_EQ(map(Link::kSign, 0), 0);
    EXPECT_EQ(map(Link::kSignedSquare, -3), -9);
    EXPECT_NEAR(map(Link::kLog1pExp, 1), std::log(1 + std::exp(1)), 1e-6);
    EXPECT_EQ(map(Link::kLog1pExp, 1000), 1000);
  }
  EXPECT_NEAR(Applied({Link::kLogistic, 2, false}, {1})[0], 1 / (1 + std::exp(-2)), 1e-15);
}

TEST(Link, TakesTargetsTogether) {
  EXPECT_THAT(Applied({Link::kArgMax, 1, true}, {1, 3, 3, 2}), ElementsAre(1));
  for (const bool is_float : {false, true}) {
    const double sum = std::exp(-2) + std::exp(-1) + 1;
    EXPECT_THAT(Applied({Link::kSoftmax, 1, is_float}, {1000, 1001, 1002}),
                ElementsAre(DoubleNear(std::exp(-2) / sum, 1e-7), DoubleNear(std::exp(-1) / sum, 1e-7),
                            DoubleNear(1 / sum, 1e-7)));
    EXPECT_THAT(Applied({Link::kSoftmaxZero, 1, is_float}, {0, 1, 1}),
                ElementsAre(0, DoubleNear(0.5, 1e-7), DoubleNear(0.5, 1e-7)));
  }
}

// The steps of XGBoost, in float.
TEST(Link, RoundsAfterEachStep) {
  for (const float x : {-3.3F, 0.1F, 5.7F}) {
    const float expected = 1.0F / (std::exp(-x) + 1.0F);
    EXPECT_EQ(Applied({Link::kLogistic, 1, true}, {static_cast<double>(x)})[0], static_cast<double>(expected));
  }
}

}  // namespace
}  // namespace penstock::trees
