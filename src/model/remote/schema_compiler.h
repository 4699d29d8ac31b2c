// JSON Schema -> nodes.
#pragma once

#include <vector>

#include "base/result.h"
#include "event/value.h"
#include "model/remote/schema_node.h"

namespace penstock::remote {

// The first node is that of the whole schema. `schema` is JSON, of which the nodes borrow.
Result<std::vector<SchemaNode>> CompileSchema(const Value& schema);

}  // namespace penstock::remote
