#include "model/embedded/trees/xgboost_tree.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "model/embedded/trees/ensemble_check.h"
#include "model/embedded/trees/split_rule.h"

namespace penstock::trees {
namespace {

std::optional<uint32_t> WholeNumber(double value) {
  if (!(value >= 0 && value <= static_cast<double>(UINT32_MAX)) || std::trunc(value) != value) return std::nullopt;
  return static_cast<uint32_t>(value);
}

Result<uint32_t> Index(const std::vector<double>& values, size_t i, const char* name) {
  const std::optional<uint32_t> index = WholeNumber(values[i]);
  if (!index) return Invalid(std::string(name) + "[" + std::to_string(i) + "] is no index");
  return *index;
}

class TreeBuilder {
 public:
  TreeBuilder(const XgboostTree& tree, uint64_t& words_left, Ensemble& ensemble)
      : tree_(tree), words_left_(words_left), ensemble_(ensemble), first_(ensemble.nodes.size()) {}

  Result<void> Build() {
    const size_t count = tree_.left_children.size();
    if (count == 0) return Invalid("it has no nodes");
    if (first_ + count > UINT32_MAX) return Fail(ErrorKind::kLimit, "there are more than 2^32 nodes");
    TRY(CheckSizes(count));
    TRY(ReadLeafSize(count));
    ensemble_.roots.push_back(static_cast<uint32_t>(first_));
    ensemble_.nodes.resize(first_ + count);
    for (size_t i = 0; i < count; ++i) TRY(IsLeaf(i) ? Leaf(i) : Split(i));
    return ReadCategories();
  }

 private:
  bool IsLeaf(size_t i) const { return tree_.left_children[i] == -1; }
  bool IsCategorical(size_t i) const { return !tree_.split_type.empty() && tree_.split_type[i] == 1; }

  Result<void> CheckSizes(size_t count) const {
    for (const std::vector<double>* values :
         {&tree_.right_children, &tree_.split_indices, &tree_.split_conditions, &tree_.default_left})
      if (values->size() != count) return Invalid("its lists are of different sizes");
    if (!tree_.split_type.empty() && tree_.split_type.size() != count)
      return Invalid("its lists are of different sizes");
    const size_t by_category = tree_.categories_nodes.size();
    if (tree_.categories_segments.size() != by_category || tree_.categories_sizes.size() != by_category)
      return Invalid("its lists of categories are of different sizes");
    return {};
  }

  Result<void> ReadLeafSize(size_t count) {
    const std::string& text = tree_.size_leaf_vector;
    if (!tree_.has_weights_of_all_targets()) return {};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), leaf_size_);
    if (error != std::errc() || end != text.data() + text.size() || leaf_size_ > kTargetsMax)
      return Invalid("its size_leaf_vector is '" + text + "'");
    if (tree_.leaf_weights.empty() && tree_.base_weights.size() != count * leaf_size_)
      return Invalid("its base_weights are not " + text + " a node");
    return {};
  }

  Result<void> Leaf(size_t i) {
    Node& leaf = ensemble_.nodes[first_ + i];
    leaf.yes = static_cast<uint32_t>(ensemble_.weights.size());
    if (leaf_size_ == 1) {
      ensemble_.weights.push_back({0, tree_.split_conditions[i]});
    } else {
      TRY(LeafVector(i));
    }
    leaf.no = static_cast<uint32_t>(ensemble_.weights.size());
    return {};
  }

  Result<void> LeafVector(size_t i) {
    const bool by_leaf = !tree_.leaf_weights.empty();
    const std::vector<double>& weights = by_leaf ? tree_.leaf_weights : tree_.base_weights;
    uint64_t index = i;
    if (by_leaf) {
      TRY_ASSIGN(index, Index(tree_.right_children, i, "right_children"));
    }
    if ((index + 1) * leaf_size_ > weights.size()) return Invalid("a leaf has weights that are not there");
    for (uint32_t target = 0; target < leaf_size_; ++target)
      ensemble_.weights.push_back({target, weights[index * leaf_size_ + target]});
    // Leaves that name the same weights would make more of a file than it holds.
    if (ensemble_.weights.size() > first_weight_ + weights.size()) return Invalid("leaves share their weights");
    return {};
  }

  Result<void> Split(size_t i) {
    Node& split = ensemble_.nodes[first_ + i];
    TRY_ASSIGN(uint32_t left, Index(tree_.left_children, i, "left_children"));
    TRY_ASSIGN(uint32_t right, Index(tree_.right_children, i, "right_children"));
    TRY_ASSIGN(split.feature, Index(tree_.split_indices, i, "split_indices"));
    const size_t count = tree_.left_children.size();
    if (left >= count || right >= count) return Invalid("node " + std::to_string(i) + " has a child that is not there");
    left += static_cast<uint32_t>(first_);
    right += static_cast<uint32_t>(first_);
    const bool default_left = tree_.default_left[i] != 0;
    if (IsCategorical(i)) {
      // What is in the set goes to the right, and all else to the left, categories that are none among it.
      split.test = Test::kInSetFrom0;
      split.set = NoSet();
      split.yes = right;
      split.no = left;
      split.missing_is_yes = !default_left;
    } else {
      split.test = Test::kLess;
      split.threshold = tree_.split_conditions[i];
      split.yes = left;
      split.no = right;
      split.missing_is_yes = default_left;
    }
    return {};
  }

  // Nodes whose categories are not given have none.
  uint32_t NoSet() {
    if (!no_set_) {
      no_set_ = static_cast<uint32_t>(ensemble_.sets.size());
      ensemble_.sets.emplace_back();
    }
    return *no_set_;
  }

  Result<void> ReadCategories() {
    for (size_t i = 0; i < tree_.categories_nodes.size(); ++i) {
      TRY_ASSIGN(const uint32_t node, Index(tree_.categories_nodes, i, "categories_nodes"));
      TRY_ASSIGN(const uint64_t begin, Index(tree_.categories_segments, i, "categories_segments"));
      TRY_ASSIGN(const uint64_t size, Index(tree_.categories_sizes, i, "categories_sizes"));
      if (node >= tree_.left_children.size()) return Invalid("a node with categories is not there");
      if (begin + size > tree_.categories.size()) return Invalid("a node has categories that are not there");
      categories_read_ += size;
      if (categories_read_ > tree_.categories.size()) return Invalid("nodes share their categories");
      if (IsLeaf(node) || !IsCategorical(node)) continue;
      ensemble_.nodes[first_ + node].set = static_cast<uint32_t>(ensemble_.sets.size());
      TRY_ASSIGN(CategorySet set, SetOf(begin, begin + size));
      ensemble_.sets.push_back(std::move(set));
    }
    return {};
  }

  Result<CategorySet> SetOf(uint64_t begin, uint64_t end) {
    uint32_t greatest = 0;
    for (uint64_t i = begin; i < end; ++i) {
      TRY_ASSIGN(const uint32_t category, Index(tree_.categories, i, "categories"));
      greatest = std::max(greatest, category);
    }
    const uint64_t words = begin == end ? 0 : greatest / 64 + 1;
    if (static_cast<double>(greatest) >= kCategoryEnd || words > words_left_)
      return Fail(ErrorKind::kLimit, "its categories are too large: one is " + std::to_string(greatest));
    words_left_ -= words;
    CategorySet set(words);
    for (uint64_t i = begin; i < end; ++i) {
      const auto category = static_cast<uint32_t>(tree_.categories[i]);
      set[category / 64] |= uint64_t{1} << (category % 64);
    }
    return set;
  }

  const XgboostTree& tree_;
  uint64_t& words_left_;
  Ensemble& ensemble_;
  const size_t first_;
  const size_t first_weight_ = ensemble_.weights.size();
  uint32_t leaf_size_ = 1;
  uint64_t categories_read_ = 0;
  std::optional<uint32_t> no_set_;
};

}  // namespace

Result<void> AddTree(const XgboostTree& tree, uint64_t& words_left, Ensemble& ensemble) {
  return TreeBuilder(tree, words_left, ensemble).Build();
}

}  // namespace penstock::trees
