// Whether an ensemble can be evaluated, whatever file it comes from.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "model/embedded/trees/ensemble.h"

namespace penstock::trees {

inline constexpr uint32_t kFeaturesMax = 1U << 24;
inline constexpr uint32_t kTargetsMax = 1U << 16;
inline constexpr uint32_t kDepthMax = 1U << 14;  // splits from a root to a leaf

// That there are no more features and targets than the above, and a base for each target; that all indexes lie in what
// they index; that each node is the root of one tree, or the child of one split, or nobody's, so that there are no
// cycles and no tree is larger than it looks; that leaves share no weights; that thresholds are numbers; that floats
// are floats. kInvalid, or kLimit; the message says which tree or node.
Result<void> Check(const Ensemble& ensemble);

}  // namespace penstock::trees
