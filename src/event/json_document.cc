#include "event/json_document.h"

#include <optional>

#include "event/compare.h"

namespace penstock {

std::string_view JsonDocument::TextAt(uint32_t index) const {
  const JsonNode& node = nodes_[index];
  if (node.json_kind() == JsonKind::kEscapedString) return {decoded_ + node.a, node.b};
  if (node.json_kind() == JsonKind::kEscapedKey) return {decoded_ + node.offset, node.size};
  return {source_ + node.offset, node.size};
}

std::string_view JsonDocument::SourceAt(uint32_t index) const {
  const JsonNode& node = nodes_[index];
  switch (node.json_kind()) {
    case JsonKind::kString:
    case JsonKind::kEscapedString: return {source_ + node.offset - 1, node.size + 2U};
    case JsonKind::kList:
    case JsonKind::kMap: return {source_ + node.offset, node.b - node.offset};
    default: return {source_ + node.offset, node.size};
  }
}

uint32_t JsonDocument::FindMember(uint32_t map, std::string_view name) const {
  const uint32_t end = nodes_[map].a;
  for (uint32_t key = map + 1; key != end; key = After(key + 1)) {
    if (nodes_[key].size != name.size() || nodes_[key].json_kind() == JsonKind::kShadowedKey) continue;
    if (TextAt(key) == name) return key + 1;
  }
  return kNotFound;
}

bool RetypeNumber(const JsonDocument& document, uint32_t index, ValueKind kind) {
  // Documents are immutable to all but the one who has just had the text parsed, into an arena that is its own.
  auto& node = const_cast<JsonNode&>(document.node(index));  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  const Value number = document.ValueAt(index);
  if (!number.is_number()) return false;
  if (number.kind() == kind) return true;
  JsonNode retyped = node;
  retyped.kind = static_cast<uint8_t>(kind) & 0x7F;
  if (kind == ValueKind::kDouble) {
    retyped.double_value =
        number.Is(ValueKind::kInt) ? static_cast<double>(number.as_int()) : static_cast<double>(number.as_uint());
  } else {
    const std::optional<int64_t> exact = ExactInt(number);
    if (!exact || (kind == ValueKind::kUint && *exact < 0)) return false;
    retyped.int_value = *exact;
  }
  node = retyped;
  return true;
}

}  // namespace penstock
