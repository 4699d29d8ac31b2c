#include "model/embedded/trees/ranked_forest.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "model/embedded/trees/order_key.h"
#include "model/embedded/trees/split_rule.h"

namespace penstock::trees {
namespace {

// The key 1 is above kMissingKey and below that of any number.
constexpr uint64_t kAnyNumber = 1;

class Ranking {
 public:
  explicit Ranking(const Ensemble& ensemble) : ensemble_(ensemble), bounds_(ensemble.nodes.size()) {}

  RankedForest Run() {
    forest_.nodes.reserve(ensemble_.nodes.size());
    for (const Node& node : ensemble_.nodes) forest_.nodes.push_back(Translate(node));
    for (Column& column : forest_.columns) {
      std::ranges::sort(column.bounds);
      const auto repeated = std::ranges::unique(column.bounds);
      column.bounds.erase(repeated.begin(), repeated.end());
    }
    for (size_t i = 0; i < forest_.nodes.size(); ++i) SetRank(forest_.nodes[i], bounds_[i]);
    return std::move(forest_);
  }

 private:
  RankedNode Translate(const Node& node) {
    if (node.test == Test::kLeaf) return {.yes = node.yes, .no = node.no};
    if (IsSetTest(node.test)) return TranslateSet(node);
    Node split = node;
    // Of the tests with opposites, one each is left.
    const bool is_opposite =
        node.test == Test::kGreater || node.test == Test::kGreaterEqual || node.test == Test::kNotEqual;
    if (is_opposite) {
      std::swap(split.yes, split.no);
      split.missing_is_yes = !split.missing_is_yes;
    }
    switch (node.test) {
      case Test::kEqual:
      case Test::kNotEqual: return TranslateEqual(split);
      case Test::kLess:
      case Test::kGreaterEqual: return TranslateLess(split, Key(node.threshold));
      default: return TranslateLess(split, Key(node.threshold) + 1);
    }
  }

  // key < bound, and missing values go where `split` says.
  RankedNode TranslateLess(const Node& split, uint64_t bound) {
    const bool reversed = !split.missing_is_yes && split.missing != Missing::kNone;
    const uint32_t column = ColumnOf(split, reversed);
    // Not less is less or equal in reverse.
    NoteBound(column, reversed ? Reversed(bound) + 1 : bound);
    RankedNode node{.step = Step::kLess, .column = column, .yes = split.yes, .no = split.no};
    if (reversed) std::swap(node.yes, node.no);
    return node;
  }

  RankedNode TranslateEqual(const Node& split) {
    const uint32_t column = ColumnOf(split, false);
    const uint64_t key = Key(split.threshold);
    forest_.columns[column].bounds.push_back(kAnyNumber);
    forest_.columns[column].bounds.push_back(key + 1);
    NoteBound(column, key);
    return {.step = split.missing_is_yes ? Step::kEqualOrMissing : Step::kEqual,
            .column = column,
            .yes = split.yes,
            .no = split.no};
  }

  RankedNode TranslateSet(const Node& split) {
    const auto key = std::make_tuple(split.feature, split.missing, split.test);
    const auto [found, is_new] =
        category_columns_.try_emplace(key, static_cast<uint32_t>(forest_.category_columns.size()));
    if (is_new) forest_.category_columns.push_back({split.feature, split.missing, split.test});
    return {.step = split.missing_is_yes ? Step::kInSetOrMissing : Step::kInSet,
            .column = found->second,
            .operand = split.set,
            .yes = split.yes,
            .no = split.no};
  }

  uint32_t ColumnOf(const Node& split, bool reversed) {
    const auto key = std::make_tuple(split.feature, split.missing, reversed);
    const auto [found, is_new] = columns_.try_emplace(key, static_cast<uint32_t>(forest_.columns.size()));
    if (is_new) forest_.columns.push_back({split.feature, split.missing, reversed, {}});
    return found->second;
  }

  // Of the node that is translated.
  void NoteBound(uint32_t column, uint64_t bound) {
    bounds_[forest_.nodes.size()] = bound;
    forest_.columns[column].bounds.push_back(bound);
  }

  void SetRank(RankedNode& node, uint64_t bound) const {
    if (node.step != Step::kLess && node.step != Step::kEqual && node.step != Step::kEqualOrMissing) return;
    const std::vector<uint64_t>& bounds = forest_.columns[node.column].bounds;
    node.operand = static_cast<uint32_t>(std::ranges::lower_bound(bounds, bound) - bounds.begin()) + 1;
  }

  uint64_t Key(double threshold) const {
    return ensemble_.features_are_float ? OrderKey(static_cast<float>(threshold)) : OrderKey(threshold);
  }
  uint64_t Reversed(uint64_t key) const { return ensemble_.features_are_float ? static_cast<uint32_t>(~key) : ~key; }

  const Ensemble& ensemble_;
  RankedForest forest_;
  std::vector<uint64_t> bounds_;  // of each node, before they have ranks
  std::map<std::tuple<uint32_t, Missing, bool>, uint32_t> columns_;
  std::map<std::tuple<uint32_t, Missing, Test>, uint32_t> category_columns_;
};

}  // namespace

RankedForest RankSplits(const Ensemble& ensemble) { return Ranking(ensemble).Run(); }

}  // namespace penstock::trees
