// Events that are what a schema declares.
#pragma once

#include <optional>
#include <vector>

#include "base/arena.h"
#include "event/collection.h"
#include "expr/member_types.h"
#include "fuzz/fits.h"

namespace penstock::expr {

inline std::optional<Value> Conforming(const Value& value, const Type& type, Arena& arena);

inline Value ConformingList(const Value& list, const Type& element_type, Arena& arena) {
  std::vector<Value> kept;
  ListCursor cursor(list);
  Value element;
  while (cursor.Next(element))
    if (const std::optional<Value> conforming = Conforming(element, element_type, arena)) kept.push_back(*conforming);
  const std::span<Value> items = arena.AllocateArray<Value>(kept.size());
  std::copy(kept.begin(), kept.end(), items.begin());
  return Value::List(items.data(), static_cast<uint32_t>(items.size()));
}

inline Value ConformingMap(const Value& map, const Type& type, Arena& arena) {
  MapBuilder builder(arena, MapSize(map));
  MapCursor cursor(map);
  Value key;
  Value value;
  while (cursor.Next(key, value)) {
    const std::optional<Type> member = MemberType(type, key.text());
    if (!member) continue;
    if (const std::optional<Value> conforming = Conforming(value, *member, arena)) builder.Add(key, *conforming);
  }
  return builder.Finish();
}

// What of a JSON value is of the type: an integer becomes a double where one is declared, as the engine makes it; a
// text that is none of those declared becomes the first; and what is of another kind is left out. Borrows from `value`
// and `type`.
inline std::optional<Value> Conforming(const Value& value, const Type& type, Arena& arena) {
  if (type.Is(TypeKind::kDouble) && value.Is(ValueKind::kInt))
    return Value::Double(static_cast<double>(value.as_int()));
  if (type.Is(TypeKind::kList) && value.Is(ValueKind::kList)) return ConformingList(value, type.parameters[0], arena);
  if (type.Is(TypeKind::kMap) && value.Is(ValueKind::kMap)) return ConformingMap(value, type, arena);
  if (value.Is(ValueKind::kString) && !IsOneOf(value, type)) return Value::String(type.texts->front());
  if (!Fits(value, type)) return std::nullopt;
  return value;
}

}  // namespace penstock::expr
