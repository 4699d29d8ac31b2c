// A validated tree -> Plan.
#pragma once

#include <memory>
#include <string>

#include "config/problems.h"
#include "config/yaml.h"
#include "pipeline/plan.h"

namespace penstock {

// Null where anything is wrong, which is added to `problems`.
std::unique_ptr<Plan> CompilePlan(const YamlNode& file, const std::string& folder, const ModelLoader& load_model,
                                  Problems& problems);

}  // namespace penstock
