// The kernel of ensembles whose splits all compare numbers.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "model/embedded/trees/forest.h"
#include "model/embedded/trees/kernel.h"
#include "model/embedded/trees/kernel_scratch.h"
#include "model/embedded/trees/leaf_sums.h"
#include "model/embedded/trees/row_coder.h"

namespace penstock::trees {

// Fewer rows than this go down the trees one by one.
inline constexpr size_t kRowsForLanes = 24;

// Real: of the features. Rank: see Forest. Sum: of the leaves.
template <typename Real, typename Rank, typename Sum>
class RankKernel final : public KernelOf<Real> {
 public:
  RankKernel(const Ensemble& ensemble, const RankedForest& ranked, RowCoder<Real> coder, const Lanes& lanes)
      : coder_(std::move(coder)),
        forest_(ranked, ensemble.roots),
        targets_of_trees_(TargetOfTrees(ensemble)),
        sums_(ensemble, has_one_value() ? std::span<const uint32_t>() : forest_.leaf_of_slot()),
        lanes_(lanes) {
    if (has_one_value()) {
      for (const uint32_t slot : forest_.leaf_of_slot()) {
        const Node* const leaf = LeafAt(ensemble, slot);
        values_.push_back(leaf != nullptr ? static_cast<Sum>(ensemble.weights[leaf->yes].value) : Sum{0});
      }
      values_.resize(values_.size() + kValuesPadding);
    }
    forest_.ForgetLeaves();
  }

 private:
  using Scratch = Kernel::Scratch;
  using Row = typename LeafSums<Sum>::Row;

  bool has_one_value() const { return !targets_of_trees_.empty(); }

  void Run(std::span<const Real> rows, std::span<double> margins, Scratch& scratch) const override {
    const size_t targets = sums_.targets();
    const size_t features = coder_.features();
    const size_t count = margins.size() / targets;
    size_t row = 0;
    if constexpr (Forest<Rank>::kHasLanes) {
      while (count - row >= kRowsForLanes) {
        const size_t block = std::min(kLaneRows, count - row);
        RunBlock(rows.data() + row * features, block, margins.data() + row * targets, scratch);
        row += block;
      }
    }
    for (; row < count; ++row) RunRow(rows.data() + row * features, margins.data() + row * targets, scratch);
  }

  void RunRow(const Real* row, double* margins, Scratch& scratch) const {
    Rank* const ranks = scratch.ranks.template Take<Rank>(std::max(coder_.columns(), kRowColumnsMax));
    coder_.template Encode<Rank>(lanes_, row, scratch.found.template Take<uint32_t>(coder_.columns()), ranks);
    const Row sums = SumsOf(scratch, 1);
    sums_.Begin(sums);
    if (has_one_value() && sums_.targets() == 1)
      AddOneTarget(ranks, sums);
    else
      AddRow(ranks, sums);
    sums_.Finish(sums, margins);
  }

  // The sum stays in a register.
  void AddOneTarget(const Rank* ranks, Row row) const {
    Sum sum = row.sums[0];
    for (const typename Forest<Rank>::Group& group : forest_.groups()) {
      if (group.is_deep) {
        typename Forest<Rank>::Slots slots;
        forest_.FindSlots(lanes_, group, ranks, slots);
        for (size_t tree = 0; tree < group.trees; ++tree) sum += values_[slots[tree]];
      } else {
        typename Forest<Rank>::Exits exits;
        forest_.FindExitsOfRow(lanes_, group, ranks, exits);
        const Sum* values = values_.data() + group.exits;
        for (size_t tree = 0; tree < group.trees; ++tree, values += size_t{1} << group.levels)
          sum += values[exits[tree]];
      }
    }
    row.sums[0] = sum;
  }

  void AddRow(const Rank* ranks, Row row) const {
    typename Forest<Rank>::Slots slots;
    size_t number = 0;
    for (const typename Forest<Rank>::Group& group : forest_.groups()) {
      forest_.FindSlots(lanes_, group, ranks, slots);
      for (size_t tree = 0; tree < group.trees; ++tree, ++number) {
        if (has_one_value())
          row.sums[targets_of_trees_[number]] += values_[slots[tree]];
        else
          sums_.Add(row, slots[tree]);
      }
    }
  }

  void RunBlock(const Real* rows, size_t count, double* margins, Scratch& scratch) const {
    Rank* const ranks = scratch.ranks.template Take<Rank>(coder_.columns() * kLaneRows);
    coder_.template EncodeBlock<Rank>(lanes_, rows, count, ranks);
    if (has_one_value())
      AddByTarget(ranks, scratch);
    else
      AddByRow(ranks, scratch);
    FinishBlock(count, margins, scratch);
  }

  // Sums stand target by target: those of all rows for one target are next to each other.
  void AddByTarget(const Rank* ranks, Scratch& scratch) const {
    Sum* const sums = scratch.sums.template Take<Sum>(sums_.targets() * (kLaneRows + 1));
    const Row first{sums + sums_.targets() * kLaneRows, nullptr};
    sums_.Begin(first);
    for (size_t target = 0; target < sums_.targets(); ++target)
      std::fill_n(sums + target * kLaneRows, kLaneRows, first.sums[target]);
    size_t number = 0;
    for (const typename Forest<Rank>::Group& group : forest_.groups())
      for (size_t tree = 0; tree < group.trees; ++tree, ++number)
        AddTree(group, tree, ranks, sums + size_t{targets_of_trees_[number]} * kLaneRows, scratch);
  }

  void AddTree(const typename Forest<Rank>::Group& group, size_t tree, const Rank* ranks, Sum* sums,
               Scratch& scratch) const {
    uint8_t* const exits = scratch.exits.data();
    forest_.FindExits(lanes_, group, tree, ranks, exits);
    if (group.is_deep) {
      forest_.FollowLinks(group, tree, ranks, exits, scratch.slots.data());
      for (size_t row = 0; row < kLaneRows; ++row) sums[row] += values_[scratch.slots[row]];
      return;
    }
    const Sum* const values = values_.data() + Forest<Rank>::FirstSlot(group, tree);
    if constexpr (std::is_same_v<Sum, float>)
      lanes_.add_floats(values, group.levels, exits, sums);
    else
      lanes_.add_doubles(values, group.levels, exits, sums);
  }

  void AddByRow(const Rank* ranks, Scratch& scratch) const {
    const Row rows = SumsOf(scratch, kLaneRows);
    for (size_t i = 0; i < kLaneRows; ++i) sums_.Begin(RowAt(rows, i));
    for (const typename Forest<Rank>::Group& group : forest_.groups()) {
      for (size_t tree = 0; tree < group.trees; ++tree) {
        forest_.FindExits(lanes_, group, tree, ranks, scratch.exits.data());
        if (group.is_deep) forest_.FollowLinks(group, tree, ranks, scratch.exits.data(), scratch.slots.data());
        const size_t first = Forest<Rank>::FirstSlot(group, tree);
        for (size_t i = 0; i < kLaneRows; ++i)
          sums_.Add(RowAt(rows, i), group.is_deep ? scratch.slots[i] : first + scratch.exits[i]);
      }
    }
  }

  void FinishBlock(size_t count, double* margins, Scratch& scratch) const {
    const size_t targets = sums_.targets();
    const Row rows = SumsOf(scratch, kLaneRows + 1);
    for (size_t i = 0; i < count; ++i) {
      Row row = RowAt(rows, i);
      if (has_one_value()) {
        row = RowAt(rows, kLaneRows);
        for (size_t target = 0; target < targets; ++target) row.sums[target] = rows.sums[target * kLaneRows + i];
      }
      sums_.Finish(row, margins + i * targets);
    }
  }

  Row SumsOf(Scratch& scratch, size_t rows) const {
    const size_t count = sums_.targets() * rows;
    scratch.is_set.resize(std::max(scratch.is_set.size(), count));
    return {scratch.sums.template Take<Sum>(count), scratch.is_set.data()};
  }
  Row RowAt(Row rows, size_t row) const {
    return {rows.sums + row * sums_.targets(), rows.is_set + row * sums_.targets()};
  }

  const RowCoder<Real> coder_;
  Forest<Rank> forest_;
  const std::vector<uint32_t> targets_of_trees_;
  const LeafSums<Sum> sums_;
  LineVector<Sum> values_;  // by slot, where each leaf has one
  const Lanes& lanes_;
};

}  // namespace penstock::trees
