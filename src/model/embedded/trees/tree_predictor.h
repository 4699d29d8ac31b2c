// One worker's way to a tree ensemble.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "model/embedded/trees/kernel.h"
#include "model/embedded/trees/link.h"
#include "model/model.h"

namespace penstock::trees {

// Which of the outputs is which.
inline constexpr uint32_t kPrediction = 0;
inline constexpr uint32_t kMargin = 1;

// What a predictor needs of its model, and which lives as long as that.
struct TreeRun {
  const ModelInfo& info;
  const Kernel& kernel;
  LinkFunction link;
  uint32_t features;
  uint32_t targets;
  bool features_are_float;
  const Clock& clock;
};

// `outputs` are kPrediction and kMargin. Answers before Predict() returns.
std::unique_ptr<Predictor> NewTreePredictor(const TreeRun& run, std::vector<uint32_t> outputs);

}  // namespace penstock::trees
