// Tree ensembles in the files of the libraries that train them, run in this process.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "model/embedded/first_runs.h"
#include "model/model.h"

namespace penstock::trees {

enum class TreeFormat : uint8_t { kXgboost, kLightgbm };

struct TreeOptions {
  std::string name;
  TreeFormat format = TreeFormat::kXgboost;
  std::string version;             // empty: from the hash of the file
  embedded::FirstRuns first_runs;  // and the path of the file
};

// Loads the model, warms it up and compares its answers to the parity file. It has one input, `features`: a list of as
// many numbers as the model was trained with, of which null and NaN are missing values. And two outputs, each a number,
// or a list of them where there are several classes or targets: `margin`, what the trees add up to, and `prediction`,
// what the model's objective makes of that. `clock` outlives the model. kInvalid or kLimit, with the path: a file that
// is missing or no such model, or answers other than expected.
Result<std::unique_ptr<Model>> LoadTrees(const TreeOptions& options, const Clock& clock);

}  // namespace penstock::trees
