#include "model/embedded/trees/ensemble_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>

#include "model/embedded/trees/sample_ensemble.h"

namespace penstock::trees {
namespace {

using testing::HasSubstr;

// What is said of an ensemble that was sound before `spoil`.
std::string ErrorAfter(const std::function<void(Ensemble&)>& spoil) {
  Ensemble ensemble = OneSplit(trees::Test::kLess, 0.5);
  spoil(ensemble);
  const Result<void> checked = Check(ensemble);
  return checked ? "sound" : checked.error().message;
}

TEST(EnsembleCheck, TakesWhatIsSound) {
  EXPECT_EQ(ErrorAfter([](Ensemble&) {}), "sound");
  EXPECT_EQ(ErrorAfter([](Ensemble& e) { e.roots.clear(); }), "sound");
  EXPECT_EQ(ErrorAfter([](Ensemble& e) { e.nodes.push_back(e.nodes[1]), e.nodes[3].no = e.nodes[3].yes; }), "sound");
}

TEST(EnsembleCheck, BoundsFeaturesAndTargets) {
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.features = 0; }), HasSubstr("0 features"));
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.features = kFeaturesMax + 1; }), HasSubstr("16777217 features"));
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.targets = 0; }), HasSubstr("0 targets"));
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.targets = kTargetsMax + 1; }), HasSubstr("65537 targets"));
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.targets = 2; }), HasSubstr("base values for 1"));
}

TEST(EnsembleCheck, RefusesIndexesThatLeadNowhere) {
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.nodes[0].yes = 3; }), HasSubstr("node 0 has a child that is not there"));
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.nodes[0].no = UINT32_MAX; }), HasSubstr("child"));
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.nodes[0].feature = 1; }), HasSubstr("asks for feature 1"));
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.nodes[0].test = trees::Test::kInSet; }), HasSubstr("set of categories"));
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.nodes[2].no = 3; }), HasSubstr("node 2 has weights that are not there"));
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.nodes[1].yes = 2; }), HasSubstr("node 1 has weights"));
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.weights[0].target = 1; }), HasSubstr("weight 0 is of target 1"));
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.roots[0] = 3; }), HasSubstr("root"));
}

TEST(EnsembleCheck, RefusesCyclesAndSharedParts) {
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.nodes[0].yes = 0; }), HasSubstr("node 0 is part of two trees"));
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.nodes[0].yes = 2; }), HasSubstr("node 2 is part of two trees"));
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.roots.push_back(0); }), HasSubstr("part of two trees"));
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.nodes[1].no = 2; }), HasSubstr("share their weights"));
}

TEST(EnsembleCheck, RefusesNumbersThatAreNone) {
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.nodes[0].threshold = kNaN; }), HasSubstr("threshold that is no number"));
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.nodes[0].threshold = 0.1; }), HasSubstr("threshold that is no float"));
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.weights[1].value = 0.1; }), HasSubstr("weight 1 is no float"));
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.base[0] = 0.1; }), HasSubstr("base value is no float"));
  EXPECT_THAT(ErrorAfter([](Ensemble& e) { e.scale = kNaN; }), HasSubstr("scale"));
  EXPECT_EQ(ErrorAfter([](Ensemble& e) { e.sums_are_float = false, e.base[0] = 0.1; }), "sound");
}

TEST(EnsembleCheck, BoundsTheDepth) {
  Ensemble chain;
  chain.features = 1;
  chain.base = {0};
  chain.roots = {0};
  for (uint32_t i = 0; i <= kDepthMax; ++i) {
    chain.nodes.push_back(Split(trees::Test::kLess, 0, 0, 2 * i + 1, 2 * i + 2));
    AddLeaf(chain, {});
  }
  AddLeaf(chain, {});
  EXPECT_EQ(Check(chain).error().kind, ErrorKind::kLimit);
  chain.roots = {2};
  EXPECT_TRUE(Check(chain));
}

}  // namespace
}  // namespace penstock::trees
