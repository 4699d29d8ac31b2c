// The expressions between events and a model.
#pragma once

#include <optional>
#include <string>

#include "config/problems.h"
#include "config/yaml.h"
#include "pipeline/plan.h"

namespace penstock {

struct ModelBinding {
  expr::Environment& environment;  // of events
  const ModelLoader& load_model;
  const std::string& folder;
  Problems& problems;
};

// Loads the model of an entry of `models`, and compiles its expressions against its inputs and outputs. Nothing where
// it is of no use; what is wrong is added to the problems.
std::optional<BoundModel> BindModel(const YamlEntry& entry, const ModelBinding& binding);

}  // namespace penstock
