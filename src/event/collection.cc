#include "event/collection.h"

#include <algorithm>
#include <cassert>

#include "event/compare.h"

namespace penstock {
namespace {

constexpr uint32_t kIndexedEntries = 8;  // maps with more have a table

// The slot of `key` in the table: its entry's, or the free one where it would go.
uint32_t FindSlot(const MapEntry* entries, const uint32_t* slots, uint32_t mask, const Value& key) {
  uint32_t slot = static_cast<uint32_t>(HashValue(key)) & mask;
  while (slots[slot] != 0 && !Equals(entries[slots[slot] - 1].key, key)) slot = (slot + 1) & mask;
  return slot;
}

const MapEntry* FindEntry(const MapEntry* entries, uint32_t count, const Value& key) {
  for (uint32_t i = 0; i < count; ++i)
    if (Equals(entries[i].key, key)) return &entries[i];
  return nullptr;
}

Value CopyList(const Value& list, Arena& arena) {
  const std::span<Value> items = arena.AllocateArray<Value>(ListSize(list));
  ListCursor cursor(list);
  Value element;
  for (Value& item : items) {
    cursor.Next(element);
    item = DeepCopy(element, arena);
  }
  return Value::List(items.data(), static_cast<uint32_t>(items.size()));
}

Value CopyMap(const Value& map, Arena& arena) {
  MapBuilder builder(arena, MapSize(map));
  MapCursor cursor(map);
  Value key;
  Value value;
  while (cursor.Next(key, value)) builder.Add(DeepCopy(key, arena), DeepCopy(value, arena));
  return builder.Finish();
}

bool AsDouble(const Value& value, double& out) {
  if (!value.is_number()) return false;
  out = value.Is(ValueKind::kDouble) ? value.as_double()
        : value.Is(ValueKind::kInt)  ? static_cast<double>(value.as_int())
                                     : static_cast<double>(value.as_uint());
  return true;
}

bool AsDouble(const JsonNode& node, double& out) {
  switch (node.json_kind()) {
    case JsonKind::kDouble: out = node.double_value; return true;
    case JsonKind::kInt: out = static_cast<double>(node.int_value); return true;
    case JsonKind::kUint: out = static_cast<double>(node.uint_value); return true;
    default: return false;
  }
}

}  // namespace

Value ListAt(const Value& list, uint32_t index) {
  if (!list.is_json()) return list.items()[index];
  const JsonDocument& document = *list.document();
  const JsonNode& node = document.node(list.node());
  uint32_t at = list.node() + 1;
  const bool only_scalars = node.a - at == node.size;
  if (only_scalars) return document.ValueAt(at + index);
  while (index-- > 0) at = document.After(at);
  return document.ValueAt(at);
}

std::optional<Value> MapFind(const Value& map, std::string_view key) {
  if (!map.is_json()) return MapFind(map, Value::String(key));
  const uint32_t node = map.document()->FindMember(map.node(), key);
  if (node == JsonDocument::kNotFound) return std::nullopt;
  return map.document()->ValueAt(node);
}

std::optional<Value> MapFind(const Value& map, const Value& key) {
  if (map.is_json()) return key.Is(ValueKind::kString) ? MapFind(map, key.text()) : std::nullopt;
  const MapBody& body = *map.map_body();
  if (body.slots == nullptr) {
    const MapEntry* entry = FindEntry(body.entries, body.count, key);
    return entry == nullptr ? std::nullopt : std::optional<Value>(entry->value);
  }
  const uint32_t slot = FindSlot(body.entries, body.slots, body.slot_mask, key);
  return body.slots[slot] == 0 ? std::nullopt : std::optional<Value>(body.entries[body.slots[slot] - 1].value);
}

size_t CopyNumbers(const Value& list, std::span<double> out) {
  const size_t count = std::min<size_t>(ListSize(list), out.size());
  size_t copied = 0;
  if (!list.is_json()) {
    while (copied < count && AsDouble(list.items()[copied], out[copied])) ++copied;
    return copied;
  }
  // Nodes of numbers stand side by side; the first that is no number ends the copy.
  const JsonNode* node = list.document()->nodes() + list.node() + 1;
  while (copied < count && AsDouble(node[copied], out[copied])) ++copied;
  return copied;
}

bool MapCursor::Next(Value& key, Value& value) {
  if (left_ == 0) return false;
  --left_;
  if (!map_.is_json()) {
    const MapEntry& entry = map_.map_body()->entries[next_++];
    key = entry.key;
    value = entry.value;
    return true;
  }
  const JsonDocument& document = *map_.document();
  while (document.node(next_).json_kind() == JsonKind::kShadowedKey) next_ = document.After(next_ + 1);
  key = Value::String(document.TextAt(next_));
  value = document.ValueAt(next_ + 1);
  next_ = document.After(next_ + 1);
  return true;
}

MapBuilder::MapBuilder(Arena& arena, uint32_t capacity)
    : arena_(arena), capacity_(capacity), entries_(arena.AllocateArray<MapEntry>(capacity).data()) {
  if (capacity <= kIndexedEntries) return;
  uint32_t slots = 16;
  while (slots < capacity * uint64_t{2}) slots *= 2;
  slots_ = arena.AllocateArray<uint32_t>(slots).data();
  std::fill_n(slots_, slots, 0);
  slot_mask_ = slots - 1;
}

bool MapBuilder::Add(const Value& key, const Value& value) {
  if (slots_ == nullptr) {
    if (FindEntry(entries_, count_, key) != nullptr) return false;
  } else {
    const uint32_t slot = FindSlot(entries_, slots_, slot_mask_, key);
    if (slots_[slot] != 0) return false;
    slots_[slot] = count_ + 1;
  }
  assert(count_ < capacity_);
  entries_[count_++] = {key, value};
  return true;
}

Value MapBuilder::Finish() { return Value::Map(arena_.New(MapBody{entries_, slots_, count_, slot_mask_})); }

Value DeepCopy(const Value& value, Arena& arena) {
  switch (value.kind()) {
    case ValueKind::kString: return Value::String(arena.Copy(value.text()));
    case ValueKind::kBytes: return Value::Bytes(arena.Copy(value.text()));
    case ValueKind::kType: return Value::Type(arena.Copy(value.text()));
    case ValueKind::kIp: return Value::Ip(arena.Copy(value.text()));
    case ValueKind::kCidr: return Value::Cidr(arena.Copy(value.text()));
    case ValueKind::kError: return Value::Error(arena.Copy(value.text()));
    case ValueKind::kList: return CopyList(value, arena);
    case ValueKind::kMap: return CopyMap(value, arena);
    case ValueKind::kOptional:
      return value.as_optional() == nullptr ? value : Value::Optional(arena.New(DeepCopy(*value.as_optional(), arena)));
    default: return value;
  }
}

}  // namespace penstock
