// XGBoost's own files.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/embedded/trees/ensemble.h"

namespace penstock::trees {

// Reads what Booster.save_model() of XGBoost 1.0 to 3.x wrote, as JSON or as UBJ, which the first bytes tell apart. The
// ensemble's sums are those of XGBoost, bit by bit: floats, tree by tree. It is checked (ensemble_check.h). Takes
// memory for a few copies of the file, and 64 MiB at most for sets of categories. kInvalid or kLimit: no such file, or
// one that contradicts itself, or a booster or objective that is not known here.
Result<Ensemble> ReadXgboost(std::string_view file);

}  // namespace penstock::trees
