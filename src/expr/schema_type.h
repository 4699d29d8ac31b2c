// The types that a JSON Schema declares (json-schema.org, draft 2020-12, and what earlier drafts share with it).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "event/value.h"
#include "expr/type.h"

namespace penstock::expr {

// A field whose values have one kind, wherever they are there and not null.
struct SchemaField {
  std::vector<std::string> names;  // below the top
  ValueKind kind = ValueKind::kNull;
};

struct SchemaTypes {
  Type type;
  std::vector<SchemaField> fields;
};

// Objects are maps with members: closed, where `additionalProperties` is false. A `number` is a double and an `integer`
// an int only for who makes them that: these are the fields, and below lists and alternatives numbers stay dyn, since
// JSON writes 1 for either. What a schema says beyond types (formats, ranges, patterns) is not looked at. References
// lead into the same document. The error says where in the schema it is, as a JSON pointer.
Result<SchemaTypes> ReadSchema(std::string_view json);

}  // namespace penstock::expr
