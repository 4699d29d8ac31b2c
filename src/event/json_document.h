// A parsed JSON text: a flat array of nodes in the order of the text, which expressions, features and outputs borrow
// from.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/bytes.h"
#include "event/value.h"

namespace penstock {

// Up to kDouble the same numbers as ValueKind.
enum class JsonKind : uint8_t {
  kNull,
  kBool,
  kInt,
  kUint,
  kDouble,
  kString,         // its text is in the source as it stands
  kEscapedString,  // its text had escapes and stands decoded beside the nodes
  kList,
  kMap,
  kKey,          // member name; the member's value follows
  kEscapedKey,   // the same, its text decoded beside the nodes
  kShadowedKey,  // a later member of the same name takes its place: this one and its value count for nothing
};

// What is where, by kind:
//   kNull .. kDouble  offset, size: the source text; number: its value
//   kString           offset, size: the source text between the quotes
//   kEscapedString    the same; a, b: offset and size of the decoded text
//   kList, kMap       offset: of the opening bracket; size: elements or members; a: the node after it; b: source end
//   kKey              offset, size: the source text between the quotes; a: the node of its map
//   kEscapedKey       offset, size: the decoded text; a: the node of its map
struct JsonNode {
  uint32_t kind : 7;
  uint32_t rewritten : 1;  // a list or map that has, or contains, a shadowed key: it is not written out as it came
  uint32_t size : 24;      // a text has at most 16 MiB
  uint32_t offset;
  union {
    int64_t int_value;
    uint64_t uint_value;
    double double_value;
    struct {
      uint32_t a;
      uint32_t b;
    };
  };

  JsonKind json_kind() const { return static_cast<JsonKind>(kind); }

  void SetKindAndSize(JsonKind new_kind, uint32_t new_size) {
    kind = static_cast<uint8_t>(new_kind) & 0x7F;
    rewritten = 0;
    size = new_size & 0xFFFFFF;
  }
};
static_assert(sizeof(JsonNode) == 16);
static_assert(static_cast<int>(JsonKind::kBool) == static_cast<int>(ValueKind::kBool) &&
              static_cast<int>(JsonKind::kDouble) == static_cast<int>(ValueKind::kDouble));

// Immutable; holds no memory of its own: source, nodes and decoded text belong to whoever had it parsed, and live as
// long as the document does. Any thread may read it.
class JsonDocument {
 public:
  static constexpr uint32_t kNotFound = UINT32_MAX;

  JsonDocument(std::string_view source, const JsonNode* nodes, uint32_t node_count, std::string_view decoded,
               uint32_t duplicate_keys)
      : source_(source.data()),
        nodes_(nodes),
        decoded_(decoded.data()),
        source_size_(static_cast<uint32_t>(source.size())),
        node_count_(node_count),
        decoded_size_(static_cast<uint32_t>(decoded.size())),
        duplicate_keys_(duplicate_keys) {}

  Value root() const { return ValueAt(0); }
  std::string_view source() const { return {source_, source_size_}; }
  std::string_view decoded() const { return {decoded_, decoded_size_}; }
  const JsonNode* nodes() const { return nodes_; }
  uint32_t node_count() const { return node_count_; }
  // How many members were shadowed by a later one of the same name.
  uint32_t duplicate_keys() const { return duplicate_keys_; }

  const JsonNode& node(uint32_t index) const { return nodes_[index]; }
  Value ValueAt(uint32_t index) const;
  // Of a kKey, kEscapedKey, kString or kEscapedString.
  std::string_view TextAt(uint32_t index) const;
  // The bytes of the value as they stand in the source, quotes and brackets included.
  std::string_view SourceAt(uint32_t index) const;

  // The node after the value at `index`: the next element, or the next member's key.
  uint32_t After(uint32_t index) const {
    const JsonNode& node = nodes_[index];
    return node.json_kind() == JsonKind::kList || node.json_kind() == JsonKind::kMap ? node.a : index + 1;
  }

  // The value's node of the member `name` of the map at `map`, or kNotFound.
  uint32_t FindMember(uint32_t map, std::string_view name) const;

  // The same, for looking up one name in map after map of one shape: `distance` remembers how far from its map the key
  // stood the last time, and is looked at first.
  uint32_t FindMember(uint32_t map, std::string_view name, uint32_t& distance) const {
    const uint32_t guess = map + distance;
    if (IsMember(guess, map, name)) [[likely]]
      return guess + 1;
    const uint32_t found = FindMember(map, name);
    if (found != kNotFound) distance = found - 1 - map;
    return found;
  }

  // Whether the node at `index`, if there is one, is the key `name` of the map at `map`, without escapes.
  bool IsMember(uint32_t index, uint32_t map, std::string_view name) const {
    if (index >= node_count_) return false;
    const JsonNode& node = nodes_[index];
    return node.json_kind() == JsonKind::kKey && node.a == map && node.size == name.size() &&
           SameBytes(source_ + node.offset, name.data(), name.size());
  }

 private:
  const char* source_;
  const JsonNode* nodes_;
  const char* decoded_;
  uint32_t source_size_;
  uint32_t node_count_;
  uint32_t decoded_size_;
  uint32_t duplicate_keys_;
};

// Makes the number at `node` one of `kind` (int, uint or double), if it is one of those exactly; the source stays as it
// is. False, and nothing changed, where it is not. Only for who had the text parsed, before anybody else reads it.
bool RetypeNumber(const JsonDocument& document, uint32_t node, ValueKind kind);

inline Value JsonDocument::ValueAt(uint32_t index) const {
  const JsonNode& node = nodes_[index];
  switch (node.json_kind()) {
    case JsonKind::kString: return Value::String({source_ + node.offset, node.size});
    case JsonKind::kEscapedString: return Value::String({decoded_ + node.a, node.b});
    case JsonKind::kList: return Value::JsonList(this, index);
    case JsonKind::kMap: return Value::JsonMap(this, index);
    default: return Value::Scalar(static_cast<ValueKind>(node.kind), node.uint_value);
  }
}

}  // namespace penstock
