// How much the expressions of a pipeline may cost.
#pragma once

#include "config/option.h"
#include "config/problems.h"
#include "config/yaml.h"
#include "expr/limits.h"

namespace penstock {

const Group& ExpressionOptions();

// Of a validated `expressions:`. What is wrong is added to `problems`.
expr::Limits ReadExpressionLimits(const YamlNode& expressions, Problems& problems);

}  // namespace penstock
