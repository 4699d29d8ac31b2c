// What leaves weigh, and how that becomes a margin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/embedded/trees/ensemble.h"

namespace penstock::trees {

// Sum: what is added up, float or double. Leaves are named by slots: places in `leaf_of_slot`, which are nodes of the
// ensemble; other numbers stand for no leaf. Without slots, only what comes before and after them is of use. Used by
// many threads at once.
template <typename Sum>
class LeafSums {
 public:
  // One sum a target.
  struct Row {
    Sum* sums;
    uint8_t* is_set;  // kMin and kMax: whether a leaf weighed something
  };

  LeafSums(const Ensemble& ensemble, std::span<const uint32_t> leaf_of_slot);

  uint32_t targets() const { return static_cast<uint32_t>(base_.size()); }

  void Begin(Row row) const;
  void Add(Row row, size_t slot) const {
    const Range range = ranges_[slot];
    if (is_extreme_) return AddExtreme(row, range);
    for (uint32_t i = range.begin; i < range.end; ++i) row.sums[entries_[i].target] += entries_[i].value;
  }
  // Writes `targets` numbers.
  void Finish(Row row, double* margins) const;

 private:
  struct Range {
    uint32_t begin;
    uint32_t end;
  };
  struct Entry {
    uint32_t target;
    Sum value;
  };

  void AddExtreme(Row row, Range range) const;

  const Aggregate aggregate_;
  const bool is_extreme_;
  const Sum trees_;
  std::vector<Sum> base_;
  std::vector<Range> ranges_;  // by slot
  std::vector<Entry> entries_;
};

extern template class LeafSums<float>;
extern template class LeafSums<double>;

// The leaf that stands in the slot; null where it is none.
inline const Node* LeafAt(const Ensemble& ensemble, uint32_t leaf_of_slot) {
  const bool is_leaf = leaf_of_slot < ensemble.nodes.size() && ensemble.nodes[leaf_of_slot].test == Test::kLeaf;
  return is_leaf ? &ensemble.nodes[leaf_of_slot] : nullptr;
}

// Where each tree's leaves weigh one number each, always for the same target, and these are added: the tree's target.
// Empty where that is not so.
std::vector<uint32_t> TargetOfTrees(const Ensemble& ensemble);

}  // namespace penstock::trees
