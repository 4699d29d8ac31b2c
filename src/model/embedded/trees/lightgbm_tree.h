// One tree of LightGBM -> nodes of an ensemble.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "model/embedded/trees/ensemble.h"
#include "model/embedded/trees/lightgbm_lines.h"

namespace penstock::trees {

// Adds the nodes of a tree, its weights, multiplied by `factor`, its sets, and its root. kInvalid or kLimit: the tree
// contradicts itself, or has linear leaves.
Result<void> AddLightgbmTree(const LightgbmBlock& tree, uint32_t target, double factor, Ensemble& ensemble);

}  // namespace penstock::trees
