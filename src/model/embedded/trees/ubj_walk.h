// Universal Binary JSON, value by value: as much of it as XGBoost writes, and the rest of ubjson.org's draft 12 but for
// numbers of any precision.
#pragma once

#include <string_view>

#include "base/result.h"
#include "model/embedded/trees/model_visitor.h"

namespace penstock::trees {

// Takes no memory to speak of, whatever sizes are announced. kInvalid, with the offset: it is no such document, or ends
// too soon, or is too deep; what was visited is a part of it.
Result<void> WalkUbj(std::string_view bytes, ModelVisitor& visitor);

}  // namespace penstock::trees
