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

// How many bounds of each of some tables are less than a key each. A table is a binary search tree in an array, the
// root at 1, the children of i at 2i and 2i + 1, all its paths `levels` long: each step of a search is a comparison and
// no branch, and since a step waits for the one before, several searches go side by side.
template <size_t kCount, typename Key>
void FindRanks(const std::array<const Key*, kCount>& tables, int levels, const std::array<Key, kCount>& keys,
               std::array<uint64_t, kCount>& ranks) {
  ranks.fill(1);
  for (int level = 0; level < levels; ++level)
#pragma GCC unroll 4
    for (size_t i = 0; i < kCount; ++i) ranks[i] = ranks[i] + ranks[i] + (tables[i][ranks[i]] < keys[i] ? 1 : 0);
  for (uint64_t& rank : ranks) rank -= uint64_t{1} << levels;
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
    size_t i = 0;
    while (i < tables_.size()) {
      const bool are_alike = i + kAtOnce <= tables_.size() && tables_[i].levels == tables_[i + kAtOnce - 1].levels;
      if (are_alike)
        EncodeColumns<kAtOnce>(&tables_[i], keys, ranks);
      else
        EncodeColumns<1>(&tables_[i], keys, ranks);
      i += are_alike ? kAtOnce : 1;
    }
  }

  // The first `count` of kLaneRows rows; the others repeat the first. Ranks as Lanes has them; `keys` has room for
  // those of a column for all rows.
  template <typename Rank>
  void EncodeBlock(const Lanes& lanes, const Real* rows, size_t count, Key* keys, Rank* ranks) const {
    std::array<uint32_t, kLaneRows> of_column;
    for (const Table& table : tables_) {
      std::array<Real, kLaneRows> values;
      for (size_t row = 0; row < count; ++row) values[row] = rows[row * features_ + table.feature];
      for (size_t row = count; row < kLaneRows; ++row) values[row] = values[0];
      for (size_t row = 0; row < kLaneRows; ++row) keys[row] = OrderKey(values[row]);
      if (!table.is_plain)
        for (size_t row = 0; row < kLaneRows; ++row) keys[row] = ColumnKey(table, keys[row]);
      RankKeys(lanes, bounds_.data() + table.bounds, table.levels, keys, of_column.data());
      for (size_t row = 0; row < kLaneRows; ++row)
        ranks[table.column * kLaneRows + row] = static_cast<Rank>(static_cast<Rank>(of_column[row]) ^ kLaneFlip<Rank>);
    }
  }

  // The greatest of all ranks.
  uint32_t rank_max() const { return rank_max_; }
  uint32_t features() const { return features_; }
  size_t columns() const { return tables_.size(); }

 private:
  static constexpr size_t kAtOnce = 4;  // searches that go side by side

  struct Table {
    uint32_t column;
    uint32_t feature;
    uint8_t levels;
    Missing missing;
    bool reversed;
    bool is_plain;  // its keys are those of the feature
    size_t bounds;  // where its element 0 would be; as FindRanks wants them
  };

  void AddTable(uint32_t index, const Column& column);
  void Fill(const std::vector<uint64_t>& bounds, size_t node, size_t size, size_t& next, Key* table) const;

  // Of tables that have as many levels.
  template <size_t kCount, typename Rank>
  void EncodeColumns(const Table* tables, const Key* keys, Rank* ranks) const {
    std::array<const Key*, kCount> bounds;
    std::array<Key, kCount> wanted;
    std::array<uint64_t, kCount> found;
    for (size_t i = 0; i < kCount; ++i) {
      bounds[i] = bounds_.data() + tables[i].bounds;
      wanted[i] = ColumnKey(tables[i], keys[tables[i].feature]);
    }
    FindRanks(bounds, tables[0].levels, wanted, found);
    for (size_t i = 0; i < kCount; ++i) ranks[tables[i].column] = static_cast<Rank>(found[i]);
  }

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
  std::vector<Table> tables_;  // by their levels
  std::vector<Key> bounds_;  // of all tables; one less than the column's, since a rank counts those that are not above
};

extern template class RowCoder<float>;
extern template class RowCoder<double>;

// The categories that a forest's sets are asked for. What is none: kNoCategory.
inline constexpr uint32_t kNoCategory = UINT32_MAX;
inline constexpr uint32_t kMissingCategory = UINT32_MAX - 1;
uint32_t CategoryOf(const CategoryColumn& column, double value);

}  // namespace penstock::trees
