// From a row's values to their ranks among the bounds of each column.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "model/embedded/trees/aligned_buffer.h"
#include "model/embedded/trees/lanes.h"
#include "model/embedded/trees/ranked_forest.h"

namespace penstock::trees {

// Real: of the features. Rank is wide enough for all ranks (rank_max()). Used by many threads at once.
template <typename Real>
class RowCoder {
 public:
  RowCoder(const RankedForest& forest, uint32_t features);
  RowCoder(const RowCoder&) = delete;
  RowCoder& operator=(const RowCoder&) = delete;
  RowCoder(RowCoder&&) noexcept = default;

  // `row` has `features` values, and `ranks` room for one a column; `found` has that room too, for the time of the
  // call.
  template <typename Rank>
  void Encode(const Lanes& lanes, const Real* row, uint32_t* found, Rank* ranks) const {
    if constexpr (std::is_same_v<Real, float>)
      lanes.rank_row_of_floats(tables_.data(), tables_.size(), row, found);
    else
      lanes.rank_row_of_doubles(tables_.data(), tables_.size(), row, found);
    for (size_t i = 0; i < tables_.size(); ++i) ranks[i] = static_cast<Rank>(found[i]);
  }

  // The first `count` of kLaneRows rows; what the others are does not count. Ranks as Lanes has them.
  template <typename Rank>
  void EncodeBlock(const Lanes& lanes, const Real* rows, size_t count, Rank* ranks) const {
    std::array<uint32_t, kLaneRows> found{};
    for (const RankTable<Real>& table : tables_) {
      if constexpr (std::is_same_v<Real, float>)
        lanes.rank_column_of_floats(table, rows, features_, count, found.data());
      else
        lanes.rank_column_of_doubles(table, rows, features_, count, found.data());
      for (size_t row = 0; row < kLaneRows; ++row)
        ranks[row] = static_cast<Rank>(static_cast<Rank>(found[row]) ^ kLaneFlip<Rank>);
      ranks += kLaneRows;
    }
  }

  // The greatest of all ranks.
  uint32_t rank_max() const { return rank_max_; }
  uint32_t features() const { return features_; }
  size_t columns() const { return tables_.size(); }

 private:
  const uint32_t features_;
  uint32_t rank_max_ = 0;
  std::vector<RankTable<Real>> tables_;  // by columns
  AlignedBuffer bounds_;                 // of all tables, which point into it
};

extern template class RowCoder<float>;
extern template class RowCoder<double>;

// The categories that a forest's sets are asked for. What is none: kNoCategory.
inline constexpr uint32_t kNoCategory = UINT32_MAX;
inline constexpr uint32_t kMissingCategory = UINT32_MAX - 1;
uint32_t CategoryOf(const CategoryColumn& column, double value);

}  // namespace penstock::trees
