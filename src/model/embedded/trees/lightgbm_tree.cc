#include "model/embedded/trees/lightgbm_tree.h"

#include <string>
#include <vector>

namespace penstock::trees {
namespace {

// The bits of decision_type.
constexpr int kCategorical = 1;
constexpr int kDefaultLeft = 2;
constexpr int kMissingShift = 2;  // of two bits

class TreeBuilder {
 public:
  TreeBuilder(const LightgbmBlock& tree, uint32_t target, double factor, Ensemble& ensemble)
      : tree_(tree), target_(target), factor_(factor), ensemble_(ensemble), first_(ensemble.nodes.size()) {}

  Result<void> Build() {
    TRY_ASSIGN(const int64_t leaves, tree_.Whole("num_leaves"));
    if (leaves < 1) return Invalid("it has no leaves");
    if (tree_.has("is_linear") && tree_.text("is_linear") != "0")
      return Invalid("its leaves are linear models, which are not known here; train without linear_tree");
    leaves_ = static_cast<size_t>(leaves);
    splits_ = leaves_ - 1;
    TRY_ASSIGN(const std::vector<double> values, tree_.Numbers<double>("leaf_value", leaves_));
    if (first_ + splits_ + leaves_ > UINT32_MAX) return Fail(ErrorKind::kLimit, "there are more than 2^32 nodes");
    ensemble_.roots.push_back(static_cast<uint32_t>(first_));
    if (splits_ > 0) {
      TRY(ReadSets());
      TRY(Splits());
    }
    for (const double value : values) Leaf(value);
    return {};
  }

 private:
  Result<void> ReadSets() {
    first_set_ = ensemble_.sets.size();
    if (!tree_.has("num_cat")) return {};
    TRY_ASSIGN(const int64_t count, tree_.Whole("num_cat"));
    if (count < 0) return Invalid("its num_cat is negative");
    if (count == 0) return {};
    TRY_ASSIGN(const std::vector<int64_t> ends,
               tree_.Numbers<int64_t>("cat_boundaries", static_cast<size_t>(count) + 1));
    for (size_t i = 0; i + 1 < ends.size(); ++i)
      if (ends[i] < 0 || ends[i] > ends[i + 1]) return Invalid("its cat_boundaries do not grow");
    TRY_ASSIGN(const std::vector<uint32_t> words,
               tree_.Numbers<uint32_t>("cat_threshold", static_cast<size_t>(ends.back())));
    for (size_t i = 0; i + 1 < ends.size(); ++i) {
      CategorySet& set = ensemble_.sets.emplace_back(static_cast<size_t>(ends[i + 1] - ends[i] + 1) / 2);
      for (int64_t word = ends[i]; word < ends[i + 1]; ++word) {
        const auto at = static_cast<size_t>(word - ends[i]);
        set[at / 2] |= uint64_t{words[static_cast<size_t>(word)]} << (at % 2 * 32);
      }
    }
    return {};
  }

  Result<void> Splits() {
    TRY_ASSIGN(const std::vector<int64_t> left, tree_.Numbers<int64_t>("left_child", splits_));
    TRY_ASSIGN(const std::vector<int64_t> right, tree_.Numbers<int64_t>("right_child", splits_));
    TRY_ASSIGN(const std::vector<uint32_t> features, tree_.Numbers<uint32_t>("split_feature", splits_));
    TRY_ASSIGN(const std::vector<double> thresholds, tree_.Numbers<double>("threshold", splits_));
    std::vector<int> types(splits_);
    if (tree_.has("decision_type")) {
      TRY_ASSIGN(types, tree_.Numbers<int>("decision_type", splits_));
    }
    for (size_t i = 0; i < splits_; ++i) {
      Node split;
      split.feature = features[i];
      TRY_ASSIGN(split.yes, Child(left[i]));
      TRY_ASSIGN(split.no, Child(right[i]));
      TRY((types[i] & kCategorical) != 0 ? ByCategory(thresholds[i], split) : ByNumber(types[i], thresholds[i], split));
      ensemble_.nodes.push_back(split);
    }
    return {};
  }

  // Leaves stand behind the splits, and are given as what is left of -1.
  Result<uint32_t> Child(int64_t child) const {
    const int64_t place = child >= 0 ? child : static_cast<int64_t>(splits_) - 1 - child;
    if (place < 0 || place >= static_cast<int64_t>(splits_ + leaves_) ||
        (child >= 0 && child >= static_cast<int64_t>(splits_)))
      return Invalid("a split has a child that is not there");
    return static_cast<uint32_t>(first_ + static_cast<size_t>(place));
  }

  Result<void> ByNumber(int type, double threshold, Node& split) const {
    switch (type >> kMissingShift & 3) {
      case 0: split.missing = Missing::kNone; break;
      case 1: split.missing = Missing::kZeroOrNaN; break;
      case 2: split.missing = Missing::kNaN; break;
      default: return Invalid("a split has a decision_type that is none");
    }
    split.test = Test::kLessEqual;
    split.threshold = threshold;
    split.missing_is_yes = (type & kDefaultLeft) != 0;
    return {};
  }

  // The threshold says which set. What is missing is in none.
  Result<void> ByCategory(double threshold, Node& split) const {
    const auto sets = static_cast<double>(ensemble_.sets.size() - first_set_);
    if (!(threshold >= 0 && threshold < sets)) return Invalid("a split has a set of categories that is not there");
    split.test = Test::kInSet;
    split.set = static_cast<uint32_t>(first_set_ + static_cast<size_t>(threshold));
    return {};
  }

  void Leaf(double value) {
    Node leaf;
    leaf.yes = static_cast<uint32_t>(ensemble_.weights.size());
    leaf.no = leaf.yes + 1;
    ensemble_.weights.push_back({target_, value * factor_});
    ensemble_.nodes.push_back(leaf);
  }

  const LightgbmBlock& tree_;
  const uint32_t target_;
  const double factor_;
  Ensemble& ensemble_;
  const size_t first_;
  size_t leaves_ = 0;
  size_t splits_ = 0;
  size_t first_set_ = 0;
};

}  // namespace

Result<void> AddLightgbmTree(const LightgbmBlock& tree, uint32_t target, double factor, Ensemble& ensemble) {
  return TreeBuilder(tree, target, factor, ensemble).Build();
}

}  // namespace penstock::trees
