// The first runs of a model, which are slow, before there are events to wait for them.
#pragma once

#include "base/result.h"
#include "model/model.h"

namespace penstock::embedded {

// Has rows of ones, and of empty strings, answered: `runs` times one row, and as many times a batch. Open dimensions
// are taken for 1. What the model says of such rows counts for nothing, and it may refuse them; but one that answers
// single rows and no batch of them (kInvalid) mixes rows up, or has no batch dimension at all.
Result<void> WarmUp(const ModelInfo& info, Predictor& predictor, int runs);

}  // namespace penstock::embedded
