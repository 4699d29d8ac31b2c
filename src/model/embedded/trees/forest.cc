#include "model/embedded/trees/forest.h"

#include <algorithm>

namespace penstock::trees {

template <typename Rank>
class Forest<Rank>::Builder {
 public:
  Builder(const RankedForest& source, Forest& out) : source_(source), out_(out) {}

  void AddGroup(std::span<const uint32_t> roots) {
    int depth = 0;
    for (const uint32_t root : roots) depth = std::max(depth, DepthUpTo(root, kTopLevelsMax + 1));
    Group group{.trees = static_cast<uint32_t>(roots.size()),
                .levels = static_cast<uint8_t>(std::min(depth, kTopLevelsMax)),
                .is_deep = depth > kTopLevelsMax,
                .nodes = out_.bounds_.size(),
                .exits = 0};
    std::vector<uint32_t>& exits = group.is_deep ? out_.deep_exits_ : out_.leaves_;
    group.exits = exits.size();
    const size_t size = size_t{1} << group.levels;
    // What is not written is passed by no row, or leads every row to the even child: no rank is less than 0.
    out_.bounds_.resize(group.nodes + size * kGroupTrees, 0);
    out_.columns_.resize(group.nodes + size * kGroupTrees, 0);
    exits.resize(group.exits + size * kGroupTrees, group.is_deep ? 0 : kNone);
    for (size_t tree = 0; tree < roots.size(); ++tree) {
      tree_ = tree;
      Fill(group, exits, roots[tree], 1, 0);
    }
    out_.groups_.push_back(group);
  }

  void Finish() {
    out_.linked_slots_ = out_.leaves_.size();
    out_.leaves_.insert(out_.leaves_.end(), leaf_of_linked_.begin(), leaf_of_linked_.end());
    out_.lane_bounds_ = out_.bounds_;
    for (Rank& bound : out_.lane_bounds_) bound = static_cast<Rank>(bound ^ kLaneFlip<Rank>);
  }

  static constexpr uint32_t kNone = UINT32_MAX;

 private:
  // Of recursion, which no tree makes deeper than `most`.
  int DepthUpTo(uint32_t node, int most) const {
    const RankedNode& split = source_.nodes[node];
    if (split.step == Step::kLeaf || most == 0) return 0;
    return 1 + std::max(DepthUpTo(split.yes, most - 1), DepthUpTo(split.no, most - 1));
  }

  void Fill(const Group& group, std::vector<uint32_t>& exits, uint32_t node, size_t place, int level) {
    if (level == group.levels) {
      const size_t exit = FirstSlot(group, tree_) + place - (size_t{1} << level);
      exits[exit] = group.is_deep ? Link(node) : node;
      return;
    }
    const RankedNode& split = source_.nodes[node];
    if (split.step == Step::kLeaf) return Fill(group, exits, node, 2 * place, level + 1);
    out_.bounds_[group.nodes + place * kGroupTrees + tree_] = static_cast<Rank>(split.operand);
    out_.columns_[group.nodes + place * kGroupTrees + tree_] = static_cast<Rank>(split.column);
    Fill(group, exits, split.no, 2 * place, level + 1);
    Fill(group, exits, split.yes, 2 * place + 1, level + 1);
  }

  // The tree below a node, level by level: what many rows pass stands together.
  uint32_t Link(uint32_t root) {
    const auto first = static_cast<uint32_t>(out_.linked_.size());
    AddLinked(root);
    for (size_t i = first; i < out_.linked_.size(); ++i) {
      const RankedNode& split = source_.nodes[leaf_of_linked_[i]];
      if (split.step == Step::kLeaf) continue;
      const auto child = static_cast<uint32_t>(out_.linked_.size());
      out_.linked_[i] = {static_cast<Rank>(split.operand), static_cast<Rank>(split.column), child};
      AddLinked(split.no);
      AddLinked(split.yes);
    }
    return first;
  }

  void AddLinked(uint32_t node) {
    out_.linked_.push_back({0, 0, static_cast<uint32_t>(out_.linked_.size())});
    leaf_of_linked_.push_back(node);
  }

  const RankedForest& source_;
  Forest& out_;
  size_t tree_ = 0;
  std::vector<uint32_t> leaf_of_linked_;  // or which split
};

template <typename Rank>
Forest<Rank>::Forest(const RankedForest& forest, std::span<const uint32_t> roots)
    : columns_count_(forest.columns.size()) {
  Builder builder(forest, *this);
  for (size_t i = 0; i < roots.size(); i += kGroupTrees)
    builder.AddGroup(roots.subspan(i, std::min(kGroupTrees, roots.size() - i)));
  builder.Finish();
}

template <typename Rank>
void Forest<Rank>::FindSlots(const Lanes& lanes, const Group& group, const Rank* ranks, Slots& slots) const {
  Exits exits;
  FindExitsOfRow(lanes, group, ranks, exits);
  for (size_t tree = 0; tree < group.trees; ++tree)
    slots[tree] = static_cast<uint32_t>(FirstSlot(group, tree) + exits[tree]);
  if (!group.is_deep) return;
  for (size_t tree = 0; tree < kGroupTrees; ++tree) slots[tree] = tree < group.trees ? deep_exits_[slots[tree]] : 0;
  for (size_t tree = 0; tree < group.trees; tree += kTreesAtOnce) FollowLinksOfTrees(ranks, slots.data() + tree);
}

template <typename Rank>
void Forest<Rank>::FindExitsOfRow(const Lanes& lanes, const Group& group, const Rank* ranks, Exits& exits) const {
  if constexpr (sizeof(Rank) == 1) {
    if (columns_count_ <= kRowColumnsMax)
      return lanes.find_exits_of_row(lane_bounds_.data() + group.nodes, columns_.data() + group.nodes, group.levels,
                                     ranks, columns_count_, exits.data());
  }
  for (size_t tree = 0; tree < group.trees; tree += kTreesAtOnce)
    FindExitsOfTrees(group, tree, ranks, exits.data() + tree);
}

template <typename Rank>
void Forest<Rank>::FindExitsOfTrees(const Group& group, size_t first, const Rank* ranks, uint8_t* exits) const {
  const Rank* const bounds = bounds_.data() + group.nodes + first;
  const Rank* const columns = columns_.data() + group.nodes + first;
  std::array<size_t, kTreesAtOnce> node;
  node.fill(1);
  for (int level = 0; level < group.levels; ++level) {
#pragma GCC unroll 8
    for (size_t tree = 0; tree < kTreesAtOnce; ++tree) {
      const size_t at = node[tree] * kGroupTrees + tree;
      node[tree] = node[tree] + node[tree] + (ranks[columns[at]] < bounds[at] ? 1 : 0);
    }
  }
  for (size_t tree = 0; tree < kTreesAtOnce; ++tree)
    exits[tree] = static_cast<uint8_t>(node[tree] - (size_t{1} << group.levels));
}

// Some of the trees may be none: their slots are the first linked node.
template <typename Rank>
void Forest<Rank>::FollowLinksOfTrees(const Rank* ranks, uint32_t* slots) const {
  bool moves = true;
  while (moves) {
    moves = false;
#pragma GCC unroll 8
    for (size_t tree = 0; tree < kTreesAtOnce; ++tree) {
      const Linked& at = linked_[slots[tree]];
      const uint32_t next = at.child + (ranks[at.column] < at.bound ? 1 : 0);
      moves |= next != slots[tree];
      slots[tree] = next;
    }
  }
  for (size_t tree = 0; tree < kTreesAtOnce; ++tree) slots[tree] += static_cast<uint32_t>(linked_slots_);
}

template <typename Rank>
void Forest<Rank>::FindExits(const Lanes& lanes, const Group& group, size_t tree, const Rank* ranks,
                             uint8_t* exits) const {
  const Rank* const bounds = lane_bounds_.data() + group.nodes + tree;
  const Rank* const columns = columns_.data() + group.nodes + tree;
  if constexpr (sizeof(Rank) == 1) lanes.find_exits_8(bounds, columns, group.levels, ranks, exits);
  if constexpr (sizeof(Rank) == 2) lanes.find_exits_16(bounds, columns, group.levels, ranks, exits);
}

template <typename Rank>
void Forest<Rank>::FollowLinks(const Group& group, size_t tree, const Rank* ranks, const uint8_t* exits,
                               uint32_t* slots) const {
  constexpr size_t kAtOnce = 8;
  const uint32_t* const first = deep_exits_.data() + FirstSlot(group, tree);
  for (size_t row = 0; row < kLaneRows; row += kAtOnce) {
    std::array<uint32_t, kAtOnce> node;
    for (size_t i = 0; i < kAtOnce; ++i) node[i] = first[exits[row + i]];
    bool moves = true;
    while (moves) {
      moves = false;
#pragma GCC unroll 8
      for (size_t i = 0; i < kAtOnce; ++i) {
        const Linked& at = linked_[node[i]];
        const auto rank = static_cast<Rank>(ranks[size_t{at.column} * kLaneRows + row + i] ^ kLaneFlip<Rank>);
        const uint32_t next = at.child + (rank < at.bound ? 1 : 0);
        moves |= next != node[i];
        node[i] = next;
      }
    }
    for (size_t i = 0; i < kAtOnce; ++i) slots[row + i] = node[i] + static_cast<uint32_t>(linked_slots_);
  }
}

template class Forest<uint8_t>;
template class Forest<uint16_t>;
template class Forest<uint32_t>;

}  // namespace penstock::trees
