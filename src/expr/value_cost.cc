#include "expr/value_cost.h"

#include <algorithm>

#include "event/collection.h"

namespace penstock::expr {
namespace {

constexpr uint64_t kNodesPerUnit = 8;      // of a document, walked through
constexpr uint64_t kMembersPerUnit = 128;  // of a document, passed by in the search for another

bool ChargeForDocument(CallContext& context, const Value& value) {
  const JsonNode& node = value.document()->node(value.node());
  return context.Charge((node.a - value.node()) / kNodesPerUnit + 1) && context.ChargeBytes(node.b - node.offset);
}

bool ChargeForList(CallContext& context, const Value& list) {
  ListCursor cursor(list);
  Value element;
  while (cursor.Next(element))
    if (!ChargeForWalk(context, element)) return false;
  return true;
}

bool ChargeForMap(CallContext& context, const Value& map) {
  MapCursor cursor(map);
  Value key;
  Value value;
  while (cursor.Next(key, value))
    if (!ChargeForWalk(context, key) || !ChargeForWalk(context, value)) return false;
  return true;
}

bool SameSize(const Value& a, const Value& b) {
  return a.Is(ValueKind::kList) ? ListSize(a) == ListSize(b) : MapSize(a) == MapSize(b);
}

}  // namespace

bool ChargeForWalk(CallContext& context, const Value& value) {
  switch (value.kind()) {
    case ValueKind::kString:
    case ValueKind::kBytes: return context.Charge(1) && context.ChargeBytes(value.text().size());
    case ValueKind::kOptional:
      return context.Charge(1) && (value.as_optional() == nullptr || ChargeForWalk(context, *value.as_optional()));
    case ValueKind::kList:
      if (value.is_json()) return ChargeForDocument(context, value);
      return context.Charge(1) && ChargeForList(context, value);
    case ValueKind::kMap:
      if (value.is_json()) return ChargeForDocument(context, value);
      return context.Charge(1) && ChargeForMap(context, value);
    default: return context.Charge(1);
  }
}

bool ChargeForComparison(CallContext& context, const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return true;
  switch (a.kind()) {
    case ValueKind::kString:
    case ValueKind::kBytes: return context.ChargeBytes(std::min(a.text().size(), b.text().size()));
    case ValueKind::kList:
    case ValueKind::kMap:
      if (!SameSize(a, b)) return true;
      // The walk ends where either ends; of a document it is known at once how long that takes.
      return ChargeForWalk(context, b.is_json() ? b : a);
    case ValueKind::kOptional: return ChargeForWalk(context, a);
    default: return true;
  }
}

bool ChargeForLookup(CallContext& context, const Value& collection) {
  if (!collection.is_json()) return true;
  const uint32_t count = collection.Is(ValueKind::kMap) ? MapSize(collection) : ListSize(collection);
  return context.Charge(count / kMembersPerUnit);
}

}  // namespace penstock::expr
