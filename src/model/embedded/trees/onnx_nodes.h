// The nodes and weights of an ONNX tree ensemble, in each of its two forms.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "model/embedded/trees/ensemble.h"
#include "model/embedded/trees/onnx_attributes.h"

namespace penstock::trees {

// That of TreeEnsembleClassifier and TreeEnsembleRegressor: nodes are known by tree and number. `votes` is "class" or
// "target", as the attributes of the weights begin.
Result<void> AddListedNodes(const OnnxAttributes& attributes, const char* votes, Ensemble& ensemble);

// That of TreeEnsemble: nodes and leaves are known by their places in two lists.
Result<void> AddPlacedNodes(const OnnxAttributes& attributes, Ensemble& ensemble);

}  // namespace penstock::trees
