// Whether a value fits a compiled schema.
#pragma once

#include <optional>
#include <span>

#include "event/value.h"
#include "model/remote/answer_schema.h"
#include "model/remote/schema_node.h"

namespace penstock::remote {

// As AnswerSchema::Check(), by the first of the nodes.
std::optional<SchemaFault> CheckValue(std::span<const SchemaNode> nodes, const Value& value);

}  // namespace penstock::remote
