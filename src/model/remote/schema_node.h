// One schema, compiled: a node of AnswerSchema's.
#pragma once

#include <re2/re2.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/value.h"

namespace penstock::remote {

inline constexpr uint32_t kNoSchema = UINT32_MAX;

using SchemaId = uint32_t;  // of a node

struct SizeRange {
  uint64_t min = 0;
  uint64_t max = std::numeric_limits<uint64_t>::max();

  bool Holds(uint64_t size) const { return size >= min && size <= max; }
};

// Types of JSON, as bits. Integers are numbers, too.
enum SchemaType : uint8_t {
  kNullType = 1,
  kBooleanType = 2,
  kIntegerType = 4,
  kNumberType = 8,
  kStringType = 16,
  kArrayType = 32,
  kObjectType = 64,
};

struct SchemaNode {
  bool fits_nothing = false;  // the schema `false`
  uint8_t types = 0;          // 0: any
  std::vector<Value> values;  // of `enum` or `const`
  bool has_values = false;

  std::optional<double> minimum, maximum, exclusive_minimum, exclusive_maximum;
  std::optional<double> multiple_of;

  SizeRange length;
  std::unique_ptr<RE2> pattern;

  SizeRange items_count;
  std::vector<SchemaId> prefix_items;
  SchemaId items = kNoSchema;
  SchemaId contains = kNoSchema;
  SizeRange contains_count{1};
  bool is_unique = false;

  SizeRange members_count;
  std::vector<std::string_view> required;
  std::vector<std::pair<std::string_view, std::vector<std::string_view>>> dependent_required;
  std::vector<std::pair<std::string_view, SchemaId>> dependent_schemas;
  std::vector<std::pair<std::string_view, SchemaId>> properties;  // by name
  std::vector<std::pair<std::unique_ptr<RE2>, SchemaId>> pattern_properties;
  SchemaId additional = kNoSchema;
  SchemaId names = kNoSchema;

  std::vector<SchemaId> all_of;  // and what `$ref` names
  std::vector<SchemaId> any_of;
  std::vector<SchemaId> one_of;
  SchemaId not_of = kNoSchema;
  SchemaId if_of = kNoSchema;
  SchemaId then_of = kNoSchema;
  SchemaId else_of = kNoSchema;
};

}  // namespace penstock::remote
