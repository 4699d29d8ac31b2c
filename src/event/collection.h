// Lists and maps, wherever they are kept: in a JSON document or in an arena.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/arena.h"
#include "event/json_document.h"
#include "event/value.h"

namespace penstock {

struct MapEntry {
  Value key;
  Value value;
};

// A map outside a document, in the order in which it was built. `slots` is an open-addressed table of entry numbers +
// 1, and null for small maps.
struct MapBody {
  const MapEntry* entries;
  const uint32_t* slots;
  uint32_t count;
  uint32_t slot_mask;
};

inline uint32_t ListSize(const Value& list) {
  return list.is_json() ? list.document()->node(list.node()).size : list.item_count();
}
inline uint32_t MapSize(const Value& map) {
  return map.is_json() ? map.document()->node(map.node()).size : map.map_body()->count;
}

// `index` is below ListSize(). Constant time, save in JSON lists that hold lists or maps.
Value ListAt(const Value& list, uint32_t index);

// Keys of JSON maps are strings; numbers that are equal are the same key (1, 1u, 1.0).
std::optional<Value> MapFind(const Value& map, const Value& key);
std::optional<Value> MapFind(const Value& map, std::string_view key);

// The elements of a list, in order.
class ListCursor {
 public:
  explicit ListCursor(const Value& list)
      : list_(list), next_(list.is_json() ? list.node() + 1 : 0), left_(ListSize(list)) {}

  bool Next(Value& element) {
    if (left_ == 0) return false;
    --left_;
    if (!list_.is_json()) {
      element = list_.items()[next_++];
    } else {
      element = list_.document()->ValueAt(next_);
      next_ = list_.document()->After(next_);
    }
    return true;
  }

 private:
  Value list_;
  uint32_t next_;
  uint32_t left_;
};

// Writes the numbers of `list` to `out` as doubles, and returns how many: as many as either holds, or as stand before
// the first element that is no number.
size_t CopyNumbers(const Value& list, std::span<double> out);

// The members of a map, in order, without shadowed ones.
class MapCursor {
 public:
  explicit MapCursor(const Value& map) : map_(map), next_(map.is_json() ? map.node() + 1 : 0), left_(MapSize(map)) {}

  bool Next(Value& key, Value& value);

 private:
  Value map_;
  uint32_t next_;
  uint32_t left_;
};

// Builds a map in an arena; entries keep their order.
class MapBuilder {
 public:
  MapBuilder(Arena& arena, uint32_t capacity);

  // False, and nothing added, if the key is there. At most `capacity` times. `key` is a bool, int, uint or string.
  bool Add(const Value& key, const Value& value);
  Value Finish();

 private:
  Arena& arena_;
  [[maybe_unused]] uint32_t capacity_;
  MapEntry* entries_;
  uint32_t* slots_ = nullptr;
  uint32_t slot_mask_ = 0;
  uint32_t count_ = 0;
};

// A copy of which nothing is borrowed from outside `arena`. JSON lists and maps become lists and maps of the arena.
Value DeepCopy(const Value& value, Arena& arena);

}  // namespace penstock
