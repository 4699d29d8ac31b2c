// The upper levels of a tree for many rows at once: each node asks all rows, and each row picks among the answers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "model/embedded/trees/instruction_set.h"
#include "model/embedded/trees/rank_table.h"

namespace penstock::trees {

inline constexpr size_t kLaneRows = 64;
inline constexpr int kTopLevelsMax = 6;
// Trees stand side by side: of node i of tree t, all is at [i * kGroupTrees + t].
inline constexpr size_t kGroupTrees = 64;
// Columns that one row may have for find_exits_of_row.
inline constexpr size_t kRowColumnsMax = 64;
// What AddFloats may read behind the last value.
inline constexpr size_t kValuesPadding = 64;

// The highest bit of a rank, which lanes invert.
template <typename Rank>
inline constexpr Rank kLaneFlip = static_cast<Rank>(Rank{1} << (8 * sizeof(Rank) - 1));

// What is done for kLaneRows rows with one instruction set. Ranks stand column by column, kLaneRows apart, aligned to
// 64 bytes. Bounds and ranks have their highest bits inverted, since processors compare signed bytes. `bounds` and
// `columns` begin with those of the tree (as above); the root is node 1, the children of i are 2i and, where the rank
// is less than the bound, 2i + 1. An exit is what is left of the node's number below the last level.
struct Lanes {
  void (*find_exits_8)(const uint8_t* bounds, const uint8_t* columns, int levels, const uint8_t* ranks, uint8_t* exits);
  void (*find_exits_16)(const uint16_t* bounds, const uint16_t* columns, int levels, const uint16_t* ranks,
                        uint8_t* exits);
  // For one row and all trees of a group, whose nodes are aligned to 64 bytes. The row's ranks are as they are, next to
  // each other, with room for kRowColumnsMax, of which `column_count` are there.
  void (*find_exits_of_row)(const uint8_t* bounds, const uint8_t* columns, int levels, const uint8_t* ranks,
                            size_t column_count, uint8_t* exits);
  // The ranks of a row in some columns; of NaN, and of what counts as missing: 0.
  void (*rank_row_of_floats)(const RankTable<float>* tables, size_t count, const float* row, uint32_t* ranks);
  void (*rank_row_of_doubles)(const RankTable<double>* tables, size_t count, const double* row, uint32_t* ranks);
  // Those of `count` rows, which begin `stride` values apart, in one column.
  void (*rank_column_of_floats)(const RankTable<float>& table, const float* rows, size_t stride, size_t count,
                                uint32_t* ranks);
  void (*rank_column_of_doubles)(const RankTable<double>& table, const double* rows, size_t stride, size_t count,
                                 uint32_t* ranks);
  // sums[i] += values[exits[i]], of a tree with 2^levels values.
  void (*add_floats)(const float* values, int levels, const uint8_t* exits, float* sums);
  void (*add_doubles)(const double* values, int levels, const uint8_t* exits, double* sums);
};

// `set` is one that the processor has.
const Lanes& LanesOf(InstructionSet set);

extern const Lanes kPlainLanes;
extern const Lanes kAvx2Lanes;
extern const Lanes kAvx512Lanes;

}  // namespace penstock::trees
