#include "model/embedded/trees/row_coder.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "model/embedded/trees/order_key.h"
#include "model/embedded/trees/split_rule.h"

namespace penstock::trees {

namespace {

// Levels of bounds, the whole one at last.
template <typename Real>
std::vector<std::vector<Real>> LevelsOf(const Column& column) {
  std::vector<std::vector<Real>> levels(1);
  // In reverse, 0 is the other zero: the number above it is the next one.
  const auto zero = OrderKey(Real{0});
  for (const uint64_t bound : column.bounds) {
    auto key = static_cast<KeyOf<Real>>(bound);
    if (column.reversed && key == zero) ++key;
    levels[0].push_back(NumberFrom<Real>(key));
  }
  while (levels.back().size() >= kBoundsAtOnce) {
    std::vector<Real> above;
    for (size_t i = kBoundsAtOnce - 1; i < levels.back().size(); i += kBoundsAtOnce) above.push_back(levels.back()[i]);
    levels.push_back(std::move(above));
  }
  std::ranges::reverse(levels);
  return levels;
}

size_t Padded(size_t bounds) { return (bounds / kBoundsAtOnce + 1) * kBoundsAtOnce; }

}  // namespace

template <typename Real>
RowCoder<Real>::RowCoder(const RankedForest& forest, uint32_t features) : features_(features) {
  std::vector<Real> all;
  std::vector<size_t> firsts;
  for (const Column& column : forest.columns) {
    RankTable<Real> table{};
    table.feature = column.feature;
    table.nan_is_zero = column.missing == Missing::kNone;
    table.zero_is_missing = column.missing == Missing::kZeroOrNaN;
    table.sign = column.reversed ? Real{-1} : Real{1};
    table.is_plain = column.missing == Missing::kNaN && !column.reversed;
    const size_t first = all.size();
    for (const std::vector<Real>& level : LevelsOf<Real>(column)) {
      table.starts[table.levels++] = static_cast<uint32_t>(all.size() - first);
      all.insert(all.end(), level.begin(), level.end());
      all.resize(first + table.starts[table.levels - 1] + Padded(level.size()), std::numeric_limits<Real>::quiet_NaN());
    }
    rank_max_ = std::max(rank_max_, static_cast<uint32_t>(column.bounds.size()));
    firsts.push_back(first);
    tables_.push_back(table);
  }
  Real* const bounds = bounds_.Take<Real>(all.size());
  std::ranges::copy(all, bounds);
  for (size_t i = 0; i < tables_.size(); ++i) tables_[i].bounds = bounds + firsts[i];
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
