// Rows -> the ranks of their values among the bounds of a forest's splits.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "model/embedded/trees/order_key.h"
#include "model/embedded/trees/ranked_forest.h"

namespace penstock::trees {

// Real: of the features. Used by many threads at once.
template <typename Real>
class RowCoder {
 public:
  using Key = KeyOf<Real>;

  RowCoder(const RankedForest& forest, uint32_t features);

  // `row` has `features` values, and `keys` room for as many. The rank of column i is written to ranks[i * stride],
  // each bit of it inverted that is set in `flip`. Rank is wide enough (rank_max()).
  template <typename Rank>
  void Encode(const Real* row, Key* keys, Rank* ranks, size_t stride, Rank flip) const {
    for (uint32_t i = 0; i < features_; ++i) keys[i] = OrderKey(row[i]);
    for (size_t i = 0; i < columns_.size(); ++i)
      ranks[i * stride] = static_cast<Rank>(static_cast<Rank>(RankOf(columns_[i], keys)) ^ flip);
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
    size_t bounds;  // where its element 0 would be
  };

  void AddTable(const Column& column);
  void Fill(const std::vector<uint64_t>& bounds, size_t node, size_t size, size_t& next, Key* table) const;

  uint64_t RankOf(const Table& table, const Key* keys) const {
    const Key key = ColumnKey(table, keys[table.feature]);
    const Key* const bounds = bounds_.data() + table.bounds;
    uint64_t i = 1;
    for (int level = 0; level < table.levels; ++level) i = i + i + (bounds[i] < key ? 1 : 0);
    return i - (uint64_t{1} << table.levels);
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
