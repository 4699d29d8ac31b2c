// Where a model of a pipeline's file runs.
#pragma once

#include "config/problems.h"
#include "config/yaml.h"

namespace penstock {

// The option of an entry of `models` that says where the model runs. Null where that is not clear, which is added to
// the problems; as is what belongs to models in other places: it would have no effect, and that would be found out
// late.
const YamlNode* FindPlace(const YamlEntry& model, Problems& problems);

}  // namespace penstock
