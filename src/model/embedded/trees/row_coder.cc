#include "model/embedded/trees/row_coder.h"

#include <algorithm>
#include <bit>

#include "model/embedded/trees/split_rule.h"

namespace penstock::trees {

template <typename Real>
RowCoder<Real>::RowCoder(const RankedForest& forest, uint32_t features)
    : features_(features),
      zero_(OrderKey(Real{0})),
      zero_begin_(OrderKey(static_cast<Real>(-kZeroMax))),
      zero_end_(OrderKey(static_cast<Real>(kZeroMax))) {
  for (const Column& column : forest.columns) AddTable(column);
}

template <typename Real>
void RowCoder<Real>::AddTable(const Column& column) {
  const auto levels = static_cast<uint8_t>(std::bit_width(column.bounds.size()));
  const size_t size = size_t{1} << levels;
  const bool is_plain = column.missing == Missing::kNaN && !column.reversed;
  columns_.push_back({column.feature, levels, column.missing, column.reversed, is_plain, bounds_.size()});
  rank_max_ = std::max(rank_max_, static_cast<uint32_t>(column.bounds.size()));
  // No key is above what stands where there is no bound.
  bounds_.resize(bounds_.size() + size, static_cast<Key>(~Key{0}));
  size_t next = 0;
  Fill(column.bounds, 1, size, next, bounds_.data() + columns_.back().bounds);
}

template <typename Real>
void RowCoder<Real>::Fill(const std::vector<uint64_t>& bounds, size_t node, size_t size, size_t& next,
                          Key* table) const {
  if (node >= size) return;
  Fill(bounds, 2 * node, size, next, table);
  if (next < bounds.size()) table[node] = static_cast<Key>(bounds[next++] - 1);
  Fill(bounds, 2 * node + 1, size, next, table);
}

template class RowCoder<float>;
template class RowCoder<double>;

uint32_t CategoryOf(const CategoryColumn& column, double value) {
  if (IsMissing(column.missing, value)) return kMissingCategory;
  if (std::isnan(value)) value = 0;
  const double whole = std::trunc(value);
  if (!(whole >= 0 && whole < static_cast<double>(kMissingCategory))) return kNoCategory;
  if (column.test == Test::kInSetFrom0 && !(value >= 0 && value < kCategoryEnd)) return kNoCategory;
  if (column.test == Test::kWholeInSet && whole != value) return kNoCategory;
  return static_cast<uint32_t>(whole);
}

}  // namespace penstock::trees
