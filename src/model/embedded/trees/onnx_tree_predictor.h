// One worker's way to an ONNX model of which nothing but the tree ensemble computes, past ONNX Runtime.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "model/embedded/trees/kernel.h"
#include "model/embedded/trees/onnx_reader.h"
#include "model/embedded/trees/onnx_ways.h"
#include "model/model.h"

namespace penstock::trees {

// What a predictor needs of its model, and which outlives it.
struct OnnxTreeRun {
  const ModelInfo& info;  // as ONNX Runtime describes the graph
  const OnnxTrees& trees;
  const Kernel& kernel;
  const OnnxWays& ways;
  const Clock& clock;
};

// Answers as ONNX Runtime does, value for value, before Predict() returns. `outputs` are indexes of the graph's
// outputs.
std::unique_ptr<Predictor> NewOnnxTreePredictor(const OnnxTreeRun& run, const std::vector<uint32_t>& outputs);

}  // namespace penstock::trees
