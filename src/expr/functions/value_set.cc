#include "expr/functions/value_set.h"

#include <algorithm>

#include "base/hash.h"
#include "event/collection.h"
#include "event/compare.h"
#include "expr/value_cost.h"

namespace penstock::expr {
namespace {

uint64_t Mix(uint64_t hash, uint64_t next) { return (hash ^ next) * 0x9E3779B97F4A7C15 + (hash >> 29); }

uint64_t HashList(const Value& list) {
  uint64_t hash = 1;
  Value element;
  for (ListCursor cursor(list); cursor.Next(element);) hash = Mix(hash, HashOfAny(element));
  return hash;
}

// A sum, because the order of entries does not count.
uint64_t HashMap(const Value& map) {
  uint64_t hash = 2;
  Value key;
  Value value;
  for (MapCursor cursor(map); cursor.Next(key, value);) hash += Mix(HashValue(key), HashOfAny(value));
  return hash;
}

}  // namespace

uint64_t HashOfAny(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kNull: return HashSeed();
    case ValueKind::kList: return HashList(value);
    case ValueKind::kMap: return HashMap(value);
    case ValueKind::kTimestamp: return Mix(value.as_time().nanos, HashValue(Value::Int(value.as_time().seconds)));
    case ValueKind::kDuration: return HashValue(Value::Int(value.as_duration()));
    case ValueKind::kOptional: return value.as_optional() == nullptr ? 3 : Mix(4, HashOfAny(*value.as_optional()));
    case ValueKind::kInt:
    case ValueKind::kUint:
    case ValueKind::kDouble:
    case ValueKind::kString: return HashValue(value);
    case ValueKind::kBool: return Mix(5, HashValue(value));
    default: return Mix(static_cast<uint64_t>(value.kind()), Hash64(value.text(), HashSeed()));
  }
}

ValueSet::ValueSet(CallContext& context, uint32_t capacity) : context_(context) {
  uint64_t slots = 8;
  while (slots < capacity * uint64_t{2}) slots *= 2;
  paid_ = context.Charge(slots * sizeof(Slot) / sizeof(Value));
  if (!paid_) return;
  slots_ = context.arena().AllocateArray<Slot>(slots);
  std::fill(slots_.begin(), slots_.end(), Slot{Value::Error({}), 0});
}

ValueSet::Slot* ValueSet::Find(const Value& value, bool& found) {
  found = false;
  paid_ = paid_ && ChargeForWalk(context_, value);
  if (!paid_) return nullptr;
  const size_t mask = slots_.size() - 1;
  const uint64_t hash = HashOfAny(value);
  for (size_t slot = hash & mask;; slot = (slot + 1) & mask) {
    Slot& there = slots_[slot];
    if (there.value.is_error()) return &(there = {there.value, hash});
    // Whoever only stands in the way costs nothing: where values stand is not the same in every process.
    if (there.hash != hash) continue;
    paid_ = context_.Charge(1) && ChargeForComparison(context_, there.value, value);
    if (!paid_) return nullptr;
    found = Equals(there.value, value);
    if (found) return &there;
  }
}

bool ValueSet::Contains(const Value& value) {
  bool found = false;
  Find(value, found);
  return found;
}

bool ValueSet::Add(const Value& value) {
  bool found = false;
  Slot* const slot = Find(value, found);
  if (slot == nullptr || found) return false;
  slot->value = value;
  return true;
}

}  // namespace penstock::expr
