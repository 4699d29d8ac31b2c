#include "model/embedded/trees/kernel.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "model/embedded/trees/ensemble_check.h"
#include "model/embedded/trees/reference.h"
#include "model/embedded/trees/sample_ensemble.h"
#include "model/embedded/trees/split_rule.h"

namespace penstock::trees {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::vector<InstructionSet> SetsHere() {
  std::vector<InstructionSet> sets = {InstructionSet::kPlain};
  if (BestInstructionSet() >= InstructionSet::kAvx2) sets.push_back(InstructionSet::kAvx2);
  if (BestInstructionSet() >= InstructionSet::kAvx512) sets.push_back(InstructionSet::kAvx512);
  return sets;
}

// What a random ensemble is made of.
struct Shape {
  uint32_t trees = 1;
  uint32_t depth_max = 6;
  uint32_t features = 4;
  uint32_t targets = 1;
  uint32_t thresholds = 16;  // different ones; 0: as many as there are splits
  double leaf_share = 0.1;   // of places above the greatest depth
  bool is_float = true;
  bool sums_are_float = true;
  bool has_one_weight = true;
  bool only_less = true;  // or else all tests, and all rules for what is missing
  Aggregate aggregate = Aggregate::kSum;
};

class Randomly {
 public:
  explicit Randomly(uint64_t seed) : random_(seed) {}

  Ensemble Draw(const Shape& shape) {
    shape_ = shape;
    ensemble_ = {};
    ensemble_.features_are_float = shape.is_float;
    ensemble_.sums_are_float = shape.sums_are_float;
    ensemble_.features = shape.features;
    ensemble_.targets = shape.targets;
    ensemble_.aggregate = shape.aggregate;
    for (uint32_t i = 0; i < shape.targets; ++i) ensemble_.base.push_back(Sum(Normal()));
    if (!shape.only_less)
      for (int i = 0; i < 4; ++i) ensemble_.sets.push_back({random_(), random_() & random_()});
    thresholds_.clear();
    for (uint32_t i = 0; i < shape.thresholds; ++i) thresholds_.push_back(Threshold());
    for (uint32_t tree = 0; tree < shape.trees; ++tree) {
      target_ = Below(shape.targets);
      const auto root = static_cast<uint32_t>(ensemble_.nodes.size());
      ensemble_.roots.push_back(root);
      ensemble_.nodes.emplace_back();
      Grow(root, shape.depth_max);
    }
    return ensemble_;
  }

  // Values as they are, those on thresholds and right beside them, missing ones, and the limits.
  std::vector<double> Row() {
    std::vector<double> row;
    for (uint32_t i = 0; i < shape_.features; ++i) row.push_back(Real(Value()));
    return row;
  }

 private:
  void Grow(uint32_t at, uint32_t depth) {
    if (depth == 0 || Chance(shape_.leaf_share)) {
      MakeLeaf(at);
      return;
    }
    Node node = SplitNode();
    node.yes = static_cast<uint32_t>(ensemble_.nodes.size());
    node.no = node.yes + 1;
    ensemble_.nodes[at] = node;
    ensemble_.nodes.emplace_back();
    ensemble_.nodes.emplace_back();
    Grow(node.yes, depth - 1);
    Grow(node.no, depth - 1);
  }

  Node SplitNode() {
    Node node;
    node.test = shape_.only_less ? Test::kLess : static_cast<Test>(1 + Below(static_cast<uint32_t>(Test::kWholeInSet)));
    node.feature = Below(shape_.features);
    node.missing_is_yes = Chance(0.5);
    if (!shape_.only_less) node.missing = static_cast<Missing>(Below(3));
    if (IsSetTest(node.test))
      node.set = Below(static_cast<uint32_t>(ensemble_.sets.size()));
    else
      node.threshold =
          thresholds_.empty() ? Threshold() : thresholds_[Below(static_cast<uint32_t>(thresholds_.size()))];
    return node;
  }

  void MakeLeaf(uint32_t at) {
    Node& leaf = ensemble_.nodes[at];
    leaf.yes = static_cast<uint32_t>(ensemble_.weights.size());
    const uint32_t count = shape_.has_one_weight ? 1 : Below(4);
    for (uint32_t i = 0; i < count; ++i)
      ensemble_.weights.push_back({shape_.has_one_weight ? target_ : Below(shape_.targets), Sum(Normal())});
    ensemble_.nodes[at].no = static_cast<uint32_t>(ensemble_.weights.size());
  }

  double Threshold() {
    switch (Below(12)) {
      case 0: return 0;
      case 1: return Real(-0.0);
      case 2: return std::numeric_limits<float>::denorm_min();
      case 3: return Chance(0.5) ? kInfinity : -kInfinity;
      case 4: return Below(8);
      default: return Real(Normal());
    }
  }

  double Value() {
    const double threshold =
        thresholds_.empty() ? Normal() : thresholds_[Below(static_cast<uint32_t>(thresholds_.size()))];
    switch (Below(16)) {
      case 0: return kNaN;
      case 1: return kInfinity;
      case 2: return -kInfinity;
      case 3: return 0;
      case 4: return -0.0;
      case 5: return threshold;
      case 6: return Next(threshold, kInfinity);
      case 7: return Next(threshold, -kInfinity);
      case 8: return std::numeric_limits<float>::denorm_min();
      case 9: return Chance(0.5) ? kZeroMax : -kZeroMax;
      case 10: return static_cast<double>(Below(140)) - 5;
      case 11: return std::numeric_limits<float>::lowest();
      default: return Normal();
    }
  }

  double Next(double value, double towards) const {
    return shape_.is_float ? static_cast<double>(std::nextafter(static_cast<float>(value), static_cast<float>(towards)))
                           : std::nextafter(value, towards);
  }
  double Real(double value) const { return shape_.is_float ? static_cast<double>(static_cast<float>(value)) : value; }
  double Sum(double value) const {
    return shape_.sums_are_float ? static_cast<double>(static_cast<float>(value)) : value;
  }
  uint32_t Below(uint32_t end) { return static_cast<uint32_t>(random_() % end); }
  bool Chance(double share) { return std::uniform_real_distribution<double>(0, 1)(random_) < share; }
  double Normal() { return std::normal_distribution<double>()(random_); }

  std::mt19937_64 random_;
  Shape shape_;
  Ensemble ensemble_;
  uint32_t target_ = 0;
  std::vector<double> thresholds_;
};

template <typename Real>
std::vector<double> KernelMargins(const Kernel& kernel, const std::vector<std::vector<double>>& rows, size_t targets) {
  std::vector<Real> values;
  for (const std::vector<double>& row : rows)
    for (const double value : row) values.push_back(static_cast<Real>(value));
  std::vector<double> margins(rows.size() * targets);
  const Kernel::ScratchHandle scratch = kernel.NewScratch();
  kernel.Margins(values, margins, *scratch);
  return margins;
}

void ExpectAsReference(const Ensemble& ensemble, const std::vector<std::vector<double>>& rows) {
  ASSERT_TRUE(Check(ensemble).has_value()) << Check(ensemble).error().message;
  std::vector<double> expected;
  for (const std::vector<double>& row : rows)
    for (const double margin : Margin(ensemble, row)) expected.push_back(margin);
  for (const InstructionSet set : SetsHere()) {
    const auto kernel = Kernel::Make(ensemble, set);
    ASSERT_TRUE(kernel.has_value());
    const std::vector<double> margins = ensemble.features_are_float
                                            ? KernelMargins<float>(**kernel, rows, ensemble.targets)
                                            : KernelMargins<double>(**kernel, rows, ensemble.targets);
    for (size_t i = 0; i < expected.size(); ++i)
      ASSERT_EQ(std::bit_cast<uint64_t>(margins[i]), std::bit_cast<uint64_t>(expected[i]))
          << "set " << static_cast<int>(set) << ", row " << i / ensemble.targets << ": " << margins[i] << ", not "
          << expected[i];
  }
}

// Rows for one at a time, for a block, and for blocks with a rest.
void ExpectAsReference(const Shape& shape, uint64_t seed) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  Randomly randomly(seed);
  const Ensemble ensemble = randomly.Draw(shape);
  for (const size_t count : {1, 5, 40, 64, 150}) {
    std::vector<std::vector<double>> rows;
    for (size_t i = 0; i < count; ++i) rows.push_back(randomly.Row());
    ExpectAsReference(ensemble, rows);
    if (testing::Test::HasFatalFailure()) return;
  }
}

TEST(Kernel, IsTheReferenceForTreesThatCompare) {
  for (uint64_t seed = 0; seed < 120; ++seed) {
    std::mt19937_64 random(seed);
    Shape shape;
    shape.trees = 1 + random() % 20;
    shape.depth_max = random() % 10;
    shape.targets = random() % 3 == 0 ? 3 : 1;
    shape.leaf_share = random() % 2 == 0 ? 0.05 : 0.3;
    shape.is_float = random() % 2 == 0;
    shape.sums_are_float = random() % 2 == 0;
    shape.has_one_weight = random() % 3 != 0;
    ExpectAsReference(shape, seed);
    if (HasFatalFailure()) return;
  }
}

TEST(Kernel, IsTheReferenceForEveryTestAndEveryRuleForWhatIsMissing) {
  for (uint64_t seed = 0; seed < 120; ++seed) {
    std::mt19937_64 random(seed);
    Shape shape;
    shape.trees = 1 + random() % 10;
    shape.depth_max = random() % 8;
    shape.targets = 1 + random() % 3;
    shape.is_float = random() % 2 == 0;
    shape.sums_are_float = random() % 2 == 0;
    shape.has_one_weight = random() % 2 == 0;
    shape.only_less = false;
    ExpectAsReference(shape, seed);
    if (HasFatalFailure()) return;
  }
}

TEST(Kernel, IsTheReferenceForEveryAggregate) {
  uint64_t seed = 0;
  for (const Aggregate aggregate : {Aggregate::kSum, Aggregate::kAverage, Aggregate::kMin, Aggregate::kMax}) {
    for (const bool has_one_weight : {true, false}) {
      Shape shape;
      shape.trees = 11;
      shape.targets = 2;
      shape.has_one_weight = has_one_weight;
      shape.aggregate = aggregate;
      ExpectAsReference(shape, ++seed);
    }
  }
}

// More bounds a column than a byte counts, and than two bytes do; and more columns.
TEST(Kernel, IsTheReferenceWhateverTheWidthOfRanks) {
  Shape words;
  words.trees = 60;
  words.depth_max = 7;
  words.features = 2;
  words.thresholds = 0;
  ExpectAsReference(words, 1);
  Shape columns;
  columns.trees = 20;
  columns.features = 400;
  ExpectAsReference(columns, 2);
  Shape wide;
  wide.trees = 10;
  wide.depth_max = 14;
  wide.features = 1;
  wide.thresholds = 0;
  wide.leaf_share = 0;
  wide.is_float = false;
  ExpectAsReference(wide, 3);
}

// One row looks ranks up among 32 columns, among 64, and one by one where there are more.
TEST(Kernel, IsTheReferenceWhateverTheNumberOfColumns) {
  for (const uint32_t features : {15, 30, 50}) {
    Shape shape;
    shape.trees = 70;
    shape.features = features;
    ExpectAsReference(shape, features);
  }
}

// A search takes sixteen bounds at a time, in as many levels as there are.
TEST(Kernel, IsTheReferenceWhateverTheNumberOfBounds) {
  for (const bool is_float : {true, false}) {
    for (const uint32_t bounds : {1, 15, 16, 17, 255, 256, 257, 4095, 4096, 4097}) {
      SCOPED_TRACE(bounds);
      Ensemble ensemble;
      ensemble.features_are_float = is_float;
      ensemble.features = 1;
      ensemble.base = {0};
      for (uint32_t i = 0; i < bounds; ++i) {
        const auto root = static_cast<uint32_t>(ensemble.nodes.size());
        ensemble.roots.push_back(root);
        ensemble.nodes.push_back(Split(trees::Test::kLess, 0, i, root + 1, root + 2));
        ensemble.nodes.back().missing_is_yes = is_float;  // else numbers are compared in reverse
        AddLeaf(ensemble, {{0, 0}});
        AddLeaf(ensemble, {{0, 1}});
      }
      std::vector<std::vector<double>> rows = {{kNaN}, {kInfinity}, {-kInfinity}, {-0.0}, {-1}};
      for (uint32_t i = 0; i < 40; ++i) rows.push_back({bounds * i / 80.0});
      for (const double edge : {15.0, 16.0, 255.0, 256.0, 4095.0, 4096.0, bounds - 1.0, bounds + 0.0}) {
        rows.push_back({edge});
        rows.push_back({edge - 0.5});
      }
      ExpectAsReference(ensemble, rows);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Kernel, GoesDownATreeThatIsOneLongChain) {
  Ensemble ensemble;
  ensemble.features = 1;
  ensemble.base = {0};
  ensemble.roots = {0};
  constexpr uint32_t kDepth = 5000;
  // A split and the leaf of what is not less, again and again.
  for (uint32_t i = 0; i < kDepth; ++i) {
    ensemble.nodes.push_back(Split(trees::Test::kLess, 0, -static_cast<double>(i), 2 * i + 2, 2 * i + 1));
    AddLeaf(ensemble, {{0, static_cast<double>(i)}});
  }
  AddLeaf(ensemble, {{0, -1}});
  std::vector<std::vector<double>> rows;
  for (int i = 0; i < 70; ++i) rows.push_back({-100.5 * i});
  ExpectAsReference(ensemble, rows);
}

TEST(Kernel, SumsInTheOrderOfTheTrees) {
  Ensemble ensemble = OneSplit(trees::Test::kLess, 0);
  // 1e8 + 1 is 1e8 in floats: what is added first decides.
  ensemble.weights[0].value = 1e8F;
  ensemble.weights[1].value = 1e8F;
  for (const float value : {1.0F, -1e8F}) {
    ensemble.roots.push_back(AddLeaf(ensemble, {{0, value}}));
  }
  ExpectAsReference(ensemble, {{1}});
  EXPECT_EQ(Margin(ensemble, std::vector<double>{1})[0], 0);
}

TEST(Kernel, HasNoTreesAtAll) {
  Ensemble ensemble;
  ensemble.features = 2;
  ensemble.base = {0.5};
  ExpectAsReference(ensemble, std::vector<std::vector<double>>(70, {1, 2}));
}

}  // namespace
}  // namespace penstock::trees
