// The kernel of ensembles with splits that look values up in sets, or ask whether they are equal.
#pragma once

#include <span>
#include <utility>
#include <vector>

#include "model/embedded/trees/kernel.h"
#include "model/embedded/trees/kernel_scratch.h"
#include "model/embedded/trees/leaf_sums.h"
#include "model/embedded/trees/row_coder.h"

namespace penstock::trees {

// Each row walks down each tree by itself.
template <typename Real, typename Sum>
class WalkKernel final : public KernelOf<Real> {
 public:
  WalkKernel(const Ensemble& ensemble, RankedForest ranked, RowCoder<Real> coder, const Lanes& lanes)
      : coder_(std::move(coder)),
        category_columns_(std::move(ranked.category_columns)),
        nodes_(std::move(ranked.nodes)),
        roots_(ensemble.roots),
        sets_(ensemble.sets),
        sums_(ensemble, EachNode(nodes_.size())),
        lanes_(lanes) {}

 private:
  using Scratch = Kernel::Scratch;
  static std::vector<uint32_t> EachNode(size_t count) {
    std::vector<uint32_t> nodes(count);
    for (size_t i = 0; i < count; ++i) nodes[i] = static_cast<uint32_t>(i);
    return nodes;
  }

  void Run(std::span<const Real> rows, std::span<double> margins, Scratch& scratch) const override {
    const size_t targets = sums_.targets();
    auto* const ranks = scratch.ranks.template Take<uint32_t>(coder_.columns());
    auto* const categories = scratch.categories.template Take<uint32_t>(category_columns_.size());
    scratch.is_set.resize(targets);
    const typename LeafSums<Sum>::Row sums{scratch.sums.template Take<Sum>(targets), scratch.is_set.data()};
    for (size_t i = 0; i < margins.size() / targets; ++i) {
      const Real* const row = rows.data() + i * coder_.features();
      coder_.template Encode<uint32_t>(lanes_, row, ranks, ranks);
      for (size_t column = 0; column < category_columns_.size(); ++column)
        categories[column] =
            CategoryOf(category_columns_[column], static_cast<double>(row[category_columns_[column].feature]));
      sums_.Begin(sums);
      for (const uint32_t root : roots_) sums_.Add(sums, LeafOf(root, ranks, categories));
      sums_.Finish(sums, margins.data() + i * targets);
    }
  }

  uint32_t LeafOf(uint32_t at, const uint32_t* ranks, const uint32_t* categories) const {
    while (true) {
      const RankedNode& node = nodes_[at];
      bool yes = false;
      switch (node.step) {
        case Step::kLeaf: return at;
        case Step::kLess: yes = ranks[node.column] < node.operand; break;
        case Step::kEqual: yes = ranks[node.column] == node.operand; break;
        case Step::kEqualOrMissing: yes = ranks[node.column] == node.operand || ranks[node.column] == 0; break;
        case Step::kInSet: yes = IsIn(node.operand, categories[node.column]); break;
        case Step::kInSetOrMissing:
          yes = categories[node.column] == kMissingCategory || IsIn(node.operand, categories[node.column]);
          break;
      }
      at = yes ? node.yes : node.no;
    }
  }

  bool IsIn(uint32_t set, uint32_t category) const {
    const CategorySet& words = sets_[set];
    return category / 64 < words.size() && (words[category / 64] >> (category % 64) & 1) != 0;
  }

  const RowCoder<Real> coder_;
  const std::vector<CategoryColumn> category_columns_;
  const std::vector<RankedNode> nodes_;
  const std::vector<uint32_t> roots_;
  const std::vector<CategorySet> sets_;
  const LeafSums<Sum> sums_;
  const Lanes& lanes_;
};

}  // namespace penstock::trees
