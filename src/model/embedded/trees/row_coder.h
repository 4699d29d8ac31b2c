// Rows -> the ranks of their values among the bounds of a forest's splits.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/embedded/trees/lanes.h"
#include "model/embedded/trees/order_key.h"
#include "model/embedded/trees/ranked_forest.h"

namespace penstock::trees {

// How many of a table's bounds are less than the key. The table is a binary search tree in an array, the root at 1, the
// children of i at 2i and 2i + 1, all its paths `levels` long: each step of the search is a comparison and no branch.
template <typename Key>
uint64_t RankOf(const Key* table, int levels, Key key) {
  uint64_t i = 1;
  const auto step = [&i, table, key] { i = i + i + (table[i] < key ? 1 : 0); };
  // Most columns have at most 256 bounds, and many as many as their neighbours: then this jump is well predicted.
  switch (levels) {
    default:
      for (int level = 8; level < levels; ++level) step();
      [[fallthrough]];
    case 8: step(); [[fallthrough]];
    case 7: step(); [[fallthrough]];
    case 6: step(); [[fallthrough]];
    case 5: step(); [[fallthrough]];
    case 4: step(); [[fallthrough]];
    case 3: step(); [[fallthrough]];
    case 2: step(); [[fallthrough]];
    case 1: step(); [[fallthrough]];
    case 0: break;
  }
  return i - (uint64_t{1} << levels);
}

// Real: of the features. Used by many threads at once.
template <typename Real>
class RowCoder {
 public:
  using Key = KeyOf<Real>;

  RowCoder(const RankedForest& forest, uint32_t features);

  // `row` has `features` values, and `keys` room for as many. Rank is wide enough for all ranks (rank_max()).
  template <typename Rank>
  void Encode(const Real* row, Key* keys, Rank* ranks) const {
    for (uint32_t i = 0; i < features_; ++i) keys[i] = OrderKey(row[i]);
    for (size_t i = 0; i < columns_.size(); ++i) {
      const Table& table = columns_[i];
      const Key key = ColumnKey(table, keys[table.feature]);
      ranks[i] = static_cast<Rank>(RankOf(bounds_.data() + table.bounds, table.levels, key));
    }
  }

  // The first `count` of kLaneRows rows; the others repeat the first. Ranks as Lanes has them; `keys` has room for
  // those of a column for all rows.
  template <typename Rank>
  void EncodeBlock(const Lanes& lanes, const Real* rows, size_t count, Key* keys, Rank* ranks) const {
    std::array<uint32_t, kLaneRows> of_column;
    for (size_t i = 0; i < columns_.size(); ++i) {
      const Table& table = columns_[i];
      for (size_t row = 0; row < kLaneRows; ++row)
        keys[row] = OrderKey(rows[(row < count ? row : 0) * features_ + table.feature]);
      if (!table.is_plain)
        for (size_t row = 0; row < kLaneRows; ++row) keys[row] = ColumnKey(table, keys[row]);
      RankKeys(lanes, bounds_.data() + table.bounds, table.levels, keys, of_column.data());
      for (size_t row = 0; row < kLaneRows; ++row)
        ranks[i * kLaneRows + row] = static_cast<Rank>(static_cast<Rank>(of_column[row]) ^ kLaneFlip<Rank>);
    }
  }

  // The greatest of all ranks.
  uint32_t rank_max() const { return rank_max_; }
  uint32_t features() const { return features_; }
  size_t columns() const { return columns_.size(); }
  size_t bytes() const { return columns_.size() * sizeof(Table) + bounds_.size() * sizeof(Key); }

 private:
  // A binary search tree in an array, the root at 1, the children of i at 2i and 2i + 1; all its paths are equally
  // long.
  struct Table {
    uint32_t feature;
    uint8_t levels;
    Missing missing;
    bool reversed;
    bool is_plain;  // its keys are those of the feature
    size_t bounds;  // where its element 0 would be
  };

  void AddTable(const Column& column);
  void Fill(const std::vector<uint64_t>& bounds, size_t node, size_t size, size_t& next, Key* table) const;

  static void RankKeys(const Lanes& lanes, const uint32_t* bounds, int levels, const uint32_t* keys, uint32_t* ranks) {
    lanes.rank_keys_32(bounds, levels, keys, ranks);
  }
  static void RankKeys(const Lanes& lanes, const uint64_t* bounds, int levels, const uint64_t* keys, uint32_t* ranks) {
    lanes.rank_keys_64(bounds, levels, keys, ranks);
  }

  Key ColumnKey(const Table& table, Key key) const {
    if (table.missing == Missing::kNone && key == kMissingKey) key = zero_;
    if (table.missing == Missing::kZeroOrNaN && key - zero_begin_ <= zero_end_ - zero_begin_) key = kMissingKey;
    return table.reversed ? ReversedKey(key) : key;
  }

  const uint32_t features_;
  const Key zero_;
  const Key zero_begin_;  // the first key that Missing::kZeroOrNaN takes for 0
  const Key zero_end_;    // and the last
  uint32_t rank_max_ = 0;
  std::vector<Table> columns_;
  std::vector<Key> bounds_;  // of all tables; one less than the column's, since a rank counts those that are not above
};

extern template class RowCoder<float>;
extern template class RowCoder<double>;

// The categories that a forest's sets are asked for. What is none: kNoCategory.
inline constexpr uint32_t kNoCategory = UINT32_MAX;
inline constexpr uint32_t kMissingCategory = UINT32_MAX - 1;
uint32_t CategoryOf(const CategoryColumn& column, double value);

}  // namespace penstock::trees
