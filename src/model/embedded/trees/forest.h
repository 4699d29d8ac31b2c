// All trees of an ensemble in the form in which rows go down them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/embedded/trees/aligned_buffer.h"
#include "model/embedded/trees/lanes.h"
#include "model/embedded/trees/ranked_forest.h"

namespace penstock::trees {

// Of a forest all of whose splits ask whether a rank is less. Trees stand in groups of kGroupTrees, in their order; the
// upper levels of a group's trees are filled up to the same depth, so that all rows take the same steps in all of them:
// trees, or rows, go side by side without a branch. What lies below goes on in linked nodes.
// Rank: uint8_t, uint16_t or uint32_t, which takes all ranks and the indexes of all columns. Used by many threads.
template <typename Rank>
class Forest {
 public:
  static constexpr bool kHasLanes = sizeof(Rank) <= 2;

  struct Group {
    uint32_t trees;  // the last group may have fewer than kGroupTrees
    uint8_t levels;
    bool is_deep;  // a way may go on below them
    size_t nodes;  // where its node 0 would be
    size_t exits;  // where those of its first tree are: slots of leaves, or where it is deep indexes of linked nodes
  };

  Forest(const RankedForest& forest, std::span<const uint32_t> roots);

  std::span<const Group> groups() const { return groups_; }
  // Ways end in slots. The node of the ensemble that is the slot's leaf; nothing counts for slots that no way ends in.
  std::span<const uint32_t> leaf_of_slot() const { return leaves_; }
  // They are not needed to find slots.
  void ForgetLeaves() { leaves_ = {}; }

  // The slots of the group's trees, for one row. `ranks`: of its columns, in memory of kRowColumnsMax at least.
  using Slots = std::array<uint32_t, kGroupTrees>;
  void FindSlots(const Lanes& lanes, const Group& group, const Rank* ranks, Slots& slots) const;
  // Of a group that is not deep, their exits: to which FirstSlot() is to be added.
  using Exits = std::array<uint8_t, kGroupTrees>;
  void FindExitsOfRow(const Lanes& lanes, const Group& group, const Rank* ranks, Exits& exits) const;

  // For kLaneRows rows, whose ranks stand as Lanes has it. Of a group that is not deep: exits, to which the slot of the
  // tree's first exit is to be added.
  void FindExits(const Lanes& lanes, const Group& group, size_t tree, const Rank* ranks, uint8_t* exits) const;
  static size_t FirstSlot(const Group& group, size_t tree) { return group.exits + (tree << group.levels); }
  // Of a deep group: from the exits to slots.
  void FollowLinks(const Group& group, size_t tree, const Rank* ranks, const uint8_t* exits, uint32_t* slots) const;

 private:
  // `child` is the one that is not less; the other follows it. A leaf is its own child.
  struct Linked {
    Rank bound;
    Rank column;
    uint32_t child;
  };
  class Builder;

  // Of one row: so many trees go side by side where it takes no more than the registers of any processor.
  static constexpr size_t kTreesAtOnce = 8;
  void FindExitsOfTrees(const Group& group, size_t first, const Rank* ranks, uint8_t* exits) const;
  void FollowLinksOfTrees(const Rank* ranks, uint32_t* slots) const;

  const size_t columns_count_;
  std::vector<Group> groups_;
  LineVector<Rank> bounds_;
  LineVector<Rank> columns_;
  LineVector<Rank> lane_bounds_;  // with the highest bits inverted
  std::vector<uint32_t> deep_exits_;
  std::vector<Linked> linked_;
  std::vector<uint32_t> leaves_;  // of the exits of all groups that are not deep, and behind them of all linked nodes
  size_t linked_slots_ = 0;       // the slot of the first linked node
};

extern template class Forest<uint8_t>;
extern template class Forest<uint16_t>;
extern template class Forest<uint32_t>;

}  // namespace penstock::trees
