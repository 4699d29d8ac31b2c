// The bounds of a column, laid out for a search that compares sixteen of them at once.
#pragma once

#include <cstddef>
#include <cstdint>

namespace penstock::trees {

inline constexpr size_t kBoundsAtOnce = 16;
inline constexpr int kRankLevelsMax = 8;  // as many as 2^32 bounds need

// The last level holds all bounds, ascending, and each level above it every sixteenth of the one below, so that the
// first has less than sixteen. Levels are filled up to whole blocks of sixteen with NaN, which is above no number, and
// there is a block behind the last bound: how many bounds of a block are not above a value is where to look in the next
// level, or in the last one the value's rank. Real: float or double. Of what values are before they are compared:
template <typename Real>
struct RankTable {
  const Real* bounds;               // aligned to 64 bytes
  uint32_t starts[kRankLevelsMax];  // where each level begins
  uint32_t feature;
  uint8_t levels;
  bool nan_is_zero;
  bool zero_is_missing;  // and so is what is at most kZeroMax away from it
  Real sign;             // 1, or -1 where numbers are compared in reverse
  bool is_plain;         // nothing of this is to be done
};

}  // namespace penstock::trees
