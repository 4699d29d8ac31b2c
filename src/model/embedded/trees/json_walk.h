// JSON, value by value.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/embedded/trees/model_visitor.h"

namespace penstock::trees {

// Takes memory for a few copies of the document. kInvalid: it is no JSON, or too deep; what was visited is a part of
// it.
Result<void> WalkJson(std::string_view json, ModelVisitor& visitor);

}  // namespace penstock::trees
