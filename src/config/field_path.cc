#include "config/field_path.h"

#include "config/validation.h"
#include "event/collection.h"

namespace penstock {
namespace {

constexpr size_t kNamesMax = 16;

Value EmptyMap(Arena& arena) { return MapBuilder(arena, 0).Finish(); }

// A copy of `map` with `value`, if there is one, in the place of the member `name`, or at the end.
Value WithMember(const Value& map, std::string_view name, const Value* value, Arena& arena) {
  MapBuilder builder(arena, MapSize(map) + 1);
  MapCursor cursor(map);
  Value key;
  Value member;
  bool placed = value == nullptr;
  while (cursor.Next(key, member)) {
    const bool here = key.Is(ValueKind::kString) && key.text() == name;
    if (!here) {
      builder.Add(key, member);
    } else if (value != nullptr) {
      builder.Add(key, *value);
      placed = true;
    }
  }
  if (!placed) builder.Add(Value::String(arena.Copy(name)), *value);
  return builder.Finish();
}

}  // namespace

std::string FieldPath::Text() const {
  std::string text = root;
  for (const std::string& name : names) text += "." + name;
  return text;
}

std::optional<FieldPath> ParseFieldPath(std::string_view text) {
  FieldPath path;
  bool first = true;
  while (true) {
    const size_t dot = text.find('.');
    const std::string_view name = text.substr(0, dot);
    if (!IsIdentifier(name) || path.names.size() == kNamesMax) return std::nullopt;
    if (first)
      path.root = name;
    else
      path.names.emplace_back(name);
    first = false;
    if (dot == std::string_view::npos) return path;
    text.remove_prefix(dot + 1);
  }
}

std::optional<Value> FindField(const Value& map, std::span<const std::string> names) {
  std::optional<Value> found = map;
  for (const std::string& name : names) {
    if (!found->Is(ValueKind::kMap)) return std::nullopt;
    found = MapFind(*found, name);
    if (!found) return std::nullopt;
  }
  return found;
}

std::optional<Value> WithField(const Value& map, std::span<const std::string> names, const Value* value, Arena& arena) {
  if (names.empty()) return value == nullptr ? std::nullopt : std::optional(*value);
  if (!map.Is(ValueKind::kMap)) return std::nullopt;
  if (names.size() == 1) return WithMember(map, names.front(), value, arena);
  const std::optional<Value> child = MapFind(map, names.front());
  if (!child && value == nullptr) return map;
  const std::optional<Value> changed = WithField(child.value_or(EmptyMap(arena)), names.subspan(1), value, arena);
  if (!changed) return std::nullopt;
  return WithMember(map, names.front(), &*changed, arena);
}

}  // namespace penstock
