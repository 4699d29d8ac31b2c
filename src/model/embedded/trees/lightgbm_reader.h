// LightGBM's text files.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/embedded/trees/ensemble.h"

namespace penstock::trees {

// Reads what Booster.save_model() of LightGBM 2 to 4 wrote. Sums are doubles, tree by tree; those of a random forest
// are averages. The ensemble is checked (ensemble_check.h). Takes memory for a few copies of the file. kInvalid or
// kLimit: no such file, or one that contradicts itself or ends too soon, or has linear trees or an objective that is
// not known here.
Result<Ensemble> ReadLightgbm(std::string_view file);

}  // namespace penstock::trees
