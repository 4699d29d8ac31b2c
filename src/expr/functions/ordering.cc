#include "expr/functions/ordering.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "event/collection.h"
#include "event/compare.h"

namespace penstock::expr {
namespace {

struct Sortable {
  Value key;
  Value element;
  uint32_t position;
};

bool IsText(const Value& key) { return key.Is(ValueKind::kString) || key.Is(ValueKind::kBytes); }

// Whether each key has an order with the first one; null value where it has, else the error.
Value FaultOf(CallContext& context, const Value& key, const Value& first) {
  if (key.Is(ValueKind::kDouble) && std::isnan(key.as_double())) return Value::Error("NaN has no place in an order");
  if (Compare(key, first)) return Value::Null();
  return context.Fail(std::string(TypeName(first.kind())) + " and " + std::string(TypeName(key.kind())) +
                      " have no common order");
}

// Pays for sorting: each element meets as many others as `size` has bits, or a few more.
bool ChargeForSort(CallContext& context, const Value& keys) {
  const uint64_t size = ListSize(keys);
  const uint64_t rounds = static_cast<uint64_t>(std::bit_width(size));
  if (!context.Charge(size * (sizeof(Sortable) / sizeof(Value) + 1 + rounds))) return false;
  uint64_t bytes = 0;
  Value key;
  for (ListCursor cursor(keys); cursor.Next(key);)
    if (IsText(key)) bytes += key.text().size();
  return context.ChargeBytes(bytes * rounds);
}

}  // namespace

Value SortByKeys(CallContext& context, const Value& list, const Value& keys) {
  const uint32_t size = ListSize(list);
  if (!ChargeForSort(context, keys)) return context.OverBudget();
  const std::span<Sortable> sorted = context.arena().AllocateArray<Sortable>(size);
  ListCursor elements(list);
  ListCursor cursor(keys);
  for (uint32_t i = 0; i < size; ++i) {
    sorted[i].position = i;
    elements.Next(sorted[i].element);
    cursor.Next(sorted[i].key);
    if (const Value fault = FaultOf(context, sorted[i].key, sorted[0].key); fault.is_error()) return fault;
  }
  std::sort(sorted.begin(), sorted.end(), [](const Sortable& a, const Sortable& b) {
    const std::partial_ordering order = *Compare(a.key, b.key);
    return order != 0 ? order < 0 : a.position < b.position;
  });
  const std::span<Value> items = context.arena().AllocateArray<Value>(size);
  std::transform(sorted.begin(), sorted.end(), items.begin(), [](const Sortable& item) { return item.element; });
  return Value::List(items.data(), size);
}

}  // namespace penstock::expr
