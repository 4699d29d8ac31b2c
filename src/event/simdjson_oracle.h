// For tests: what simdjson makes of a text, as the measure of what we make of it.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "event/collection.h"

namespace penstock {

inline bool SameAsSimdjson(const simdjson::dom::element& theirs, const Value& ours);

inline bool SameListAsSimdjson(const simdjson::dom::array& theirs, const Value& ours) {
  if (!ours.Is(ValueKind::kList)) return false;
  ListCursor cursor(ours);
  Value element;
  for (const simdjson::dom::element their : theirs)
    if (!cursor.Next(element) || !SameAsSimdjson(their, element)) return false;
  return !cursor.Next(element);
}

// They keep every member; of ours the last of a name counts.
inline bool SameMapAsSimdjson(const simdjson::dom::object& theirs, const Value& ours) {
  if (!ours.Is(ValueKind::kMap)) return false;
  std::map<std::string_view, simdjson::dom::element> last;
  for (const auto member : theirs) last[member.key] = member.value;
  if (last.size() != MapSize(ours)) return false;
  for (const auto& [name, their] : last) {
    const std::optional<Value> value = MapFind(ours, name);
    if (!value || !SameAsSimdjson(their, *value)) return false;
  }
  return true;
}

inline bool SameAsSimdjson(const simdjson::dom::element& theirs, const Value& ours) {
  using simdjson::dom::element_type;
  switch (theirs.type()) {
    case element_type::NULL_VALUE: return ours.Is(ValueKind::kNull);
    case element_type::BOOL: return bool(theirs) ? ours.is_true() : ours.is_false();
    case element_type::INT64: return ours.Is(ValueKind::kInt) && ours.as_int() == int64_t(theirs);
    case element_type::UINT64: return ours.Is(ValueKind::kUint) && ours.as_uint() == uint64_t(theirs);
    case element_type::DOUBLE: return ours.Is(ValueKind::kDouble) && ours.as_double() == double(theirs);
    case element_type::STRING: return ours.Is(ValueKind::kString) && ours.text() == std::string_view(theirs);
    case element_type::ARRAY: return SameListAsSimdjson(theirs.get_array(), ours);
    case element_type::OBJECT: return SameMapAsSimdjson(theirs.get_object(), ours);
  }
  return false;
}

// False where no integer of the text is so long that 64 bits might not hold it. They refuse such integers; we read them
// as doubles.
inline bool MayHaveBigInteger(std::string_view text) {
  size_t digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits >= 19) return true;
  }
  return false;
}

}  // namespace penstock
