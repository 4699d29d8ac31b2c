#include "expr/calls.h"

#include <algorithm>

#include "event/collection.h"
#include "expr/operators.h"

namespace penstock::expr {
namespace {

bool IsKey(const Value& key) {
  return key.Is(ValueKind::kString) || key.Is(ValueKind::kInt) || key.Is(ValueKind::kUint) || key.Is(ValueKind::kBool);
}

// What an element or the value of an entry stands for; an error where it should be an optional and is none.
Value Held(const Value& value, bool optional, bool& present) {
  present = true;
  if (!optional || value.is_error()) return value;
  if (!value.Is(ValueKind::kOptional)) return Value::Error("what stands after '?' is no optional");
  present = value.as_optional() != nullptr;
  return present ? *value.as_optional() : value;
}

}  // namespace

Value RefuseCall(CallContext& context, const CallSite& site, const Value* arguments, uint32_t count) {
  return NoOverload(context, site.function->name, arguments, count);
}

Value MakeList(CallContext& context, std::span<const Value> elements, const std::vector<bool>& optional) {
  if (!context.Charge(elements.size())) return context.OverBudget();
  const std::span<Value> items = context.arena().AllocateArray<Value>(elements.size());
  uint32_t count = 0;
  for (size_t i = 0; i < elements.size(); ++i) {
    bool present = true;
    const Value element = Held(elements[i], optional[i], present);
    if (element.is_error()) return element;
    if (present) items[count++] = element;
  }
  return Value::List(items.data(), count);
}

Value MakeMap(CallContext& context, std::span<const Value> entries, const std::vector<bool>& optional) {
  if (!context.Charge(entries.size() * 2)) return context.OverBudget();
  MapBuilder builder(context.arena(), static_cast<uint32_t>(entries.size() / 2));
  for (size_t i = 0; i < entries.size(); i += 2) {
    const Value& key = entries[i];
    bool present = true;
    const Value value = Held(entries[i + 1], optional[i], present);
    if (key.is_error()) return key;
    if (value.is_error()) return value;
    if (!IsKey(key)) return Value::Error("a map's key is a string, int, uint or bool");
    if (present && !builder.Add(key, value)) return Value::Error("the map has the same key twice");
  }
  return builder.Finish();
}

Value MapOfPairs(CallContext& context, const Value& pairs) {
  if (pairs.is_error()) return pairs;
  if (!context.Charge(uint64_t{pairs.item_count()} * 2)) return context.OverBudget();
  MapBuilder builder(context.arena(), pairs.item_count() / 2);
  for (uint32_t i = 0; i < pairs.item_count(); i += 2) builder.Add(pairs.items()[i], pairs.items()[i + 1]);
  return builder.Finish();
}

Value MergeMaps(CallContext& context, const Value& maps) {
  if (maps.is_error()) return maps;
  uint64_t size = 0;
  const std::span<const Value> parts(maps.items(), maps.item_count());
  for (const Value& map : parts) {
    if (!map.Is(ValueKind::kMap)) return NoOverload(context, "transformMapEntry", &map, 1);
    size += MapSize(map);
  }
  if (!context.Charge(size * 4 + parts.size())) return context.OverBudget();
  MapBuilder builder(context.arena(), static_cast<uint32_t>(size));
  Value key;
  Value value;
  for (const Value& map : parts)
    for (MapCursor cursor(map); cursor.Next(key, value);)
      if (!builder.Add(key, value)) return Value::Error("the map has the same key twice");
  return builder.Finish();
}

}  // namespace penstock::expr
