// Whether a value is of a type, declarations included.
#pragma once

#include <algorithm>

#include "event/collection.h"
#include "expr/member_types.h"
#include "expr/type.h"

namespace penstock::expr {

inline bool Fits(const Value& value, const Type& type);

// Null may stand for what can be absent.
inline bool MayBeNull(const Type& type) {
  return type.nullable || type.Is(TypeKind::kTimestamp) || type.Is(TypeKind::kDuration) || type.Is(TypeKind::kAbstract);
}

inline bool ListFits(const Value& list, const Type& element_type) {
  ListCursor cursor(list);
  Value element;
  while (cursor.Next(element))
    if (!Fits(element, element_type)) return false;
  return true;
}

// Members that are declared may be missing.
inline bool MemberFits(const Value& name, const Value& value, const Members& members) {
  const Type* const declared = name.Is(ValueKind::kString) ? members.Find(name.text()) : nullptr;
  return declared == nullptr ? !members.closed : Fits(value, *declared);
}

inline bool MapFits(const Value& map, const Type& type) {
  MapCursor cursor(map);
  Value key;
  Value value;
  while (cursor.Next(key, value)) {
    if (!Fits(key, type.parameters[0]) || !Fits(value, type.parameters[1])) return false;
    if (type.members != nullptr && !MemberFits(key, value, *type.members)) return false;
  }
  return true;
}

inline bool IsOneOf(const Value& value, const Type& type) {
  return type.texts == nullptr || std::find(type.texts->begin(), type.texts->end(), value.text()) != type.texts->end();
}

inline bool Fits(const Value& value, const Type& type) {
  if (value.Is(ValueKind::kNull) && MayBeNull(type)) return true;
  if (((KindMask(type) >> static_cast<unsigned>(value.kind())) & 1) == 0) return false;
  switch (type.kind) {
    case TypeKind::kString: return IsOneOf(value, type);
    case TypeKind::kList: return ListFits(value, type.parameters[0]);
    case TypeKind::kMap: return MapFits(value, type);
    default: break;
  }
  return !type.is_optional() || value.as_optional() == nullptr || Fits(*value.as_optional(), type.parameters[0]);
}

}  // namespace penstock::expr
