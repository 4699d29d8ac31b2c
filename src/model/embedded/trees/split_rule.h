// What a split asks of one value, in the plainest words. What evaluates ensembles faster says the same.
#pragma once

#include <cmath>

#include "model/embedded/trees/ensemble.h"
#include "model/embedded/trees/split_limits.h"

namespace penstock::trees {

inline bool IsMissing(Missing missing, double value) {
  switch (missing) {
    case Missing::kNaN: return std::isnan(value);
    case Missing::kZeroOrNaN: return std::isnan(value) || std::abs(value) <= kZeroMax;
    case Missing::kNone: return false;
  }
  return false;
}

inline bool Contains(const CategorySet& set, double value) {
  const double whole = std::trunc(value);
  if (!(whole >= 0 && whole < 64.0 * static_cast<double>(set.size()))) return false;
  const auto category = static_cast<uint64_t>(whole);
  return (set[category / 64] >> (category % 64) & 1) != 0;
}

// Of a split, and a value that is not missing: whether the way leads to Node::yes.
inline bool Holds(const Ensemble& ensemble, const Node& node, double value) {
  switch (node.test) {
    case Test::kLeaf: return false;
    case Test::kLess: return value < node.threshold;
    case Test::kLessEqual: return value <= node.threshold;
    case Test::kGreater: return value > node.threshold;
    case Test::kGreaterEqual: return value >= node.threshold;
    case Test::kEqual: return value == node.threshold;
    case Test::kNotEqual: return value != node.threshold;
    case Test::kInSet: return Contains(ensemble.sets[node.set], value);
    case Test::kInSetFrom0: return value >= 0 && value < kCategoryEnd && Contains(ensemble.sets[node.set], value);
    case Test::kWholeInSet: return std::trunc(value) == value && Contains(ensemble.sets[node.set], value);
  }
  return false;
}

inline bool IsSetTest(Test test) {
  return test == Test::kInSet || test == Test::kInSetFrom0 || test == Test::kWholeInSet;
}

}  // namespace penstock::trees
