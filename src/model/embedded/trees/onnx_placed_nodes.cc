#include <array>
#include <cmath>
#include <string>

#include "model/embedded/trees/onnx_nodes.h"

namespace penstock::trees {
namespace {

// By their numbers.
constexpr std::array kModes = {Test::kLessEqual, Test::kLess,     Test::kGreaterEqual, Test::kGreater,
                               Test::kEqual,     Test::kNotEqual, Test::kWholeInSet};
constexpr double kMemberMax = 1 << 20;
constexpr uint64_t kSetWordsMax = (uint64_t{64} << 20) / sizeof(uint64_t);

class PlacedNodes {
 public:
  PlacedNodes(const OnnxAttributes& attributes, Ensemble& ensemble) : attributes_(attributes), ensemble_(ensemble) {}

  Result<void> Add() {
    TRY_ASSIGN(modes_, attributes_.Bytes("nodes_modes"));
    TRY_ASSIGN(thresholds_, attributes_.Numbers("nodes_splits"));
    TRY_ASSIGN(members_, attributes_.Numbers("membership_values"));
    TRY_ASSIGN(leaf_values_, attributes_.Numbers("leaf_weights"));
    if (leaf_targets_.size() != leaf_values_.size()) return Invalid("its lists of leaves are of different sizes");
    if (modes_.size() >= UINT32_MAX / 4) return Fail(ErrorKind::kLimit, "it has more than 2^30 nodes");
    for (const size_t size :
         {thresholds_.size(), features_.size(), yes_.size(), no_.size(), yes_is_leaf_.size(), no_is_leaf_.size()})
      if (size != modes_.size()) return Invalid("its lists of nodes are of different sizes");
    ensemble_.nodes.resize(modes_.size());
    for (size_t i = 0; i < modes_.size(); ++i) TRY(AddSplit(i));
    for (const int64_t root : attributes_.Ints("tree_roots")) TRY(AddRoot(root));
    return {};
  }

 private:
  Result<void> AddSplit(size_t i) {
    Node split;
    if (modes_[i] >= kModes.size()) return Invalid("a node has the mode " + std::to_string(modes_[i]));
    split.test = kModes[modes_[i]];
    if (features_[i] < 0 || features_[i] > UINT32_MAX) return Invalid("a node asks for a feature that is not there");
    split.feature = static_cast<uint32_t>(features_[i]);
    split.threshold = thresholds_[i];
    split.missing_is_yes = split.test == Test::kNotEqual || (i < tracks_.size() && tracks_[i] != 0);
    if (split.test == Test::kWholeInSet) {
      split.set = static_cast<uint32_t>(ensemble_.sets.size());
      TRY_ASSIGN(CategorySet set, NextSet());
      ensemble_.sets.push_back(std::move(set));
    }
    TRY_ASSIGN(split.yes, Child(yes_[i], yes_is_leaf_[i] != 0));
    TRY_ASSIGN(split.no, Child(no_[i], no_is_leaf_[i] != 0));
    ensemble_.nodes[i] = split;
    return {};
  }

  Result<uint32_t> Child(int64_t place, bool is_leaf) {
    if (is_leaf) return Leaf(place);
    if (place < 0 || place >= static_cast<int64_t>(modes_.size())) return Invalid("a child is not there");
    return static_cast<uint32_t>(place);
  }

  // Each way to a leaf gets a node of its own: leaves may be shared.
  Result<uint32_t> Leaf(int64_t place) {
    if (place < 0 || place >= static_cast<int64_t>(leaf_values_.size())) return Invalid("a leaf is not there");
    const int64_t target = leaf_targets_[static_cast<size_t>(place)];
    if (target < 0 || target >= ensemble_.targets) return Invalid("a leaf is of a target that is not there");
    Node leaf;
    leaf.yes = static_cast<uint32_t>(ensemble_.weights.size());
    leaf.no = leaf.yes + 1;
    ensemble_.weights.push_back({static_cast<uint32_t>(target), leaf_values_[static_cast<size_t>(place)]});
    ensemble_.nodes.push_back(leaf);
    return static_cast<uint32_t>(ensemble_.nodes.size() - 1);
  }

  // A root whose children are the same stands for the leaf at its place.
  Result<void> AddRoot(int64_t root) {
    if (root < 0 || root >= static_cast<int64_t>(modes_.size())) return Invalid("the root of a tree is not there");
    const auto place = static_cast<size_t>(root);
    if (yes_[place] == no_[place] && yes_is_leaf_[place] == no_is_leaf_[place]) {
      TRY_ASSIGN(const uint32_t leaf, Leaf(root));
      ensemble_.roots.push_back(leaf);
    } else {
      ensemble_.roots.push_back(static_cast<uint32_t>(root));
    }
    return {};
  }

  // Sets stand one after another, with a NaN between them.
  Result<CategorySet> NextSet() {
    CategorySet set;
    for (; next_member_ < members_.size() && !std::isnan(members_[next_member_]); ++next_member_) {
      const double member = members_[next_member_];
      if (!(member >= 0 && member <= kMemberMax) || std::trunc(member) != member)
        return Invalid("a set has a member that is no whole number from 0 to 2^20");
      const auto category = static_cast<uint64_t>(member);
      if (set.size() <= category / 64) {
        words_ += category / 64 + 1 - set.size();
        if (words_ > kSetWordsMax) return Fail(ErrorKind::kLimit, "its sets are too large");
        set.resize(category / 64 + 1);
      }
      set[category / 64] |= uint64_t{1} << (category % 64);
    }
    ++next_member_;
    return set;
  }

  const OnnxAttributes& attributes_;
  Ensemble& ensemble_;
  std::vector<uint8_t> modes_;
  std::vector<double> thresholds_;
  std::vector<double> members_;
  std::vector<double> leaf_values_;
  const std::span<const int64_t> features_ = attributes_.Ints("nodes_featureids");
  const std::span<const int64_t> yes_ = attributes_.Ints("nodes_truenodeids");
  const std::span<const int64_t> no_ = attributes_.Ints("nodes_falsenodeids");
  const std::span<const int64_t> yes_is_leaf_ = attributes_.Ints("nodes_trueleafs");
  const std::span<const int64_t> no_is_leaf_ = attributes_.Ints("nodes_falseleafs");
  const std::span<const int64_t> tracks_ = attributes_.Ints("nodes_missing_value_tracks_true");
  const std::span<const int64_t> leaf_targets_ = attributes_.Ints("leaf_targetids");
  size_t next_member_ = 0;
  uint64_t words_ = 0;
};

}  // namespace

Result<void> AddPlacedNodes(const OnnxAttributes& attributes, Ensemble& ensemble) {
  return PlacedNodes(attributes, ensemble).Add();
}

}  // namespace penstock::trees
